namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Two threads that do the same thing at the same time. Each passes the timestamp at which it began.</summary>
internal sealed class TwoThreads(Action<long> run, int times)
{
    private const int MaxAttempts = 5;
    private const int MaxLateness = 20;

    private static readonly TimeProvider Clock = TimeProvider.System;

    private int _arrived;

    /// <summary>Does it so many times on each of two threads. A run in which one of them had to wait for a processor is repeated, as then they did not contend.</summary>
    /// <returns>The time from when the first began until both were done.</returns>
    public static TimeSpan Run(Action<long> run, int times)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (lateness, elapsed) = new TwoThreads(run, times).Run();
            if (lateness < elapsed / MaxLateness || attempt == MaxAttempts)
                return elapsed;
        }
    }

    private (TimeSpan Lateness, TimeSpan Elapsed) Run()
    {
        var other = Task.Run(RunOne);
        var (started, done) = RunOne();
        var (otherStarted, otherDone) = other.Result;
        return (Clock.GetElapsedTime(started, otherStarted).Duration(), Clock.GetElapsedTime(Math.Min(started, otherStarted), Math.Max(done, otherDone)));
    }

    private (long Started, long Done) RunOne()
    {
        Interlocked.Increment(ref _arrived);
        while (Volatile.Read(ref _arrived) < 2)
        {
        }

        var started = Clock.GetTimestamp();
        for (var i = 0; i < times; i++)
            run(started);
        return (started, Clock.GetTimestamp());
    }
}
