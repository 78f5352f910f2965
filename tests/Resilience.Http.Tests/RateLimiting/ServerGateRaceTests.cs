namespace Resilience.Http.Tests;

/// <summary>What one thread does to a gate while another is in the middle of something else.</summary>
public sealed class ServerGateRaceTests
{
    private static readonly TokenBucketOptions Options = new() { MaxServerPause = TimeSpan.FromSeconds(60) };

    [Fact]
    public void A_pause_that_begins_while_an_old_one_is_held_against_the_options_stays()
    {
        var clock = new InterruptedClock();
        var gate = new ServerGate(default, new(new(Options), clock), -Pace.Longest);
        gate.Pause(clock.After(1));
        clock.Now = clock.After(100);

        clock.Interruption = () => gate.Pause(clock.After(30));
        gate.FollowOptions(clock.Now);

        clock.Interruption.Should().BeNull();
        gate.IsPaused(clock.Now).Should().BeTrue();
    }

    /// <summary>A clock on which another thread gets its turn when its frequency is asked for.</summary>
    private sealed class InterruptedClock : TimeProvider
    {
        public Action? Interruption { get; set; }

        public long Now { get; set; } = TimeSpan.TicksPerDay;

        public override long TimestampFrequency
        {
            get
            {
                var interruption = Interruption;
                Interruption = null;
                interruption?.Invoke();
                return TimeSpan.TicksPerSecond;
            }
        }

        public long After(double seconds) => Now + (long)(seconds * TimeSpan.TicksPerSecond);

        public override long GetTimestamp() => Now;
    }
}
