namespace Resilience.Http.Tests;

public sealed class DeadlineWaitTests
{
    // On the thread of a timer nobody catches anything: it would end the process.
    [Fact]
    public async Task A_timer_that_fires_as_the_wait_ends_harms_nobody()
    {
        var clock = new LateClock();
        var arrival = new TaskCompletionSource<string>();
        var wait = new DeadlineWait(new Deadline(clock.GetTimestamp() + clock.TimestampFrequency, new CallsLimit(clock), long.MaxValue), clock, CancellationToken.None);

        var waiting = wait.ForAsync(new ValueTask<string>(arrival.Task), async: true);
        arrival.SetResult("a permit");
        (await waiting).Should().Be("a permit");
        wait.Dispose();

        clock.Invoking(late => late.Fire!.Invoke()).Should().NotThrow();
    }

    private sealed class CallsLimit(TimeProvider time) : CallLimit(time, isEnforcedElsewhere: true, TimeSpan.Zero)
    {
        public override Exception TimedOut(HttpRequestMessage request, Exception cause) => cause;
    }

    /// <summary>A clock whose timer fires though it is disposed, as one may that has begun to.</summary>
    private sealed class LateClock : TimeProvider
    {
        public Action? Fire { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Fire = () => callback(state);
            return base.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
