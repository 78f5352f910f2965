namespace Resilience.Http.Tests;

public sealed class DeadlineTests
{
    [Fact]
    public void Is_never_over_where_nothing_bounds_the_call()
    {
        var deadline = default(Deadline);

        (deadline.IsKnown, deadline.IsEnforcedByAttempts, deadline.IsOver(long.MaxValue)).Should().Be((false, false, false));
        (deadline.At, deadline.AttemptEnd, deadline.Left(now: 1)).Should().Be((long.MaxValue, long.MaxValue, TimeSpan.MaxValue));
    }
}
