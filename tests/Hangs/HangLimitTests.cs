using Xunit.Sdk;
using Xunit.v3;

namespace Resilience.Http.Tests.Hangs;

public sealed class HangLimitTests
{
    public static TheoryData<int> Rows => [60_000];

    [Fact]
    public void Every_test_has_a_limit_of_a_minute() => LimitOfThisTest().Should().Be(60_000);

    [Theory]
    [MemberData(nameof(Rows), DisableDiscoveryEnumeration = true)]
    public void So_has_every_row_of_a_theory(int limit) => LimitOfThisTest().Should().Be(limit);

    [Fact]
    public void The_run_stops_after_a_test_that_reached_its_limit() =>
        GoesOnAfter(TestTimeoutException.ForTimedOutTest(60_000)).Should().BeFalse();

    [Fact]
    public void The_run_goes_on_after_a_test_that_failed() => GoesOnAfter(new TimeoutException()).Should().BeTrue();

    private static int LimitOfThisTest() => TestContext.Current.Test.Should().BeAssignableTo<IXunitTest>().Which.Timeout;

    private static bool GoesOnAfter(Exception failure) => new HangStop(NullMessageSink.Instance).OnMessage(
        TestFailed.FromException(failure, "assembly", "collection", null, null, "case", "test", 0, null, null));
}
