namespace Resilience.Http.Tests;

public sealed class QuotaTests
{
    /// <summary>Remaining and seconds of the tightest, and of another.</summary>
    [Theory]
    [InlineData(0, 5, 0, 3)]
    [InlineData(0, 5, 0, null)]
    [InlineData(0, null, 1, 1)]
    [InlineData(0, 0, 1, 5)]
    [InlineData(5, 60, null, 1)]
    [InlineData(10, 100, 5, 10)]
    [InlineData(3, null, 4, 1)]
    public void Tightest_is_what_is_used_up_the_longest_else_what_has_the_least_left_per_second(int? left, int? seconds, int? otherLeft, int? otherSeconds)
    {
        var (tightest, other) = (Of("tightest", left, seconds), Of("other", otherLeft, otherSeconds));

        Quota.TightestOf([tightest, other]).Should().Be(tightest);
        Quota.TightestOf([other, tightest]).Should().Be(tightest);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 5)]
    [InlineData(3, null)]
    [InlineData(null, 5)]
    public void Of_two_alike_the_first_counts(int? left, int? seconds)
        => Quota.TightestOf([Of("first", left, seconds), Of("second", left, seconds)])!.Value.Name.Should().Be("first");

    private static Quota Of(string name, int? left, int? seconds) => new(name, 100, left, seconds is { } time ? TimeSpan.FromSeconds(time) : null);
}
