namespace Resilience.Http.Tests;

/// <summary>On a clock that counts less than a <see cref="TimeSpan"/> can hold, as Linux's does.</summary>
public sealed class BackgroundPaceTests
{
    private const long Interval = 2_000_000;

    private readonly TokenBucket _bucket = new(PartitionKey.WholeClient, new(new(new() { PermitsPerSecond = 1000, Burst = 1_000_000, BackgroundShare = 0.5 }), new Nanoseconds()));

    [Fact]
    public void Threads_that_ask_at_the_same_time_get_one_turn_together()
    {
        const int turns = 100_000;
        var taken = 0;

        Race.Run(_ =>
        {
            for (var turn = 1; turn <= turns; turn++)
            {
                if (IsTurnAt(turn * Interval))
                    Interlocked.Increment(ref taken);
            }
        });

        taken.Should().BeLessThanOrEqualTo(turns);
    }

    [Fact]
    public void The_last_nanoseconds_of_a_wait_are_waited_for()
    {
        IsTurnAt(0).Should().BeTrue();

        IsTurnAt(Interval - 1).Should().BeFalse();
        IsTurnAt(Interval).Should().BeTrue();
    }

    private bool IsTurnAt(long now) => _bucket.WaitInBackground(now, _bucket.CostOf(1, now)) == TimeSpan.Zero;

    private sealed class Nanoseconds : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => 0;
    }
}
