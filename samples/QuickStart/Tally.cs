using System.Collections.Concurrent;
using Polly.CircuitBreaker;
using Resilience.Http;

namespace QuickStart;

/// <summary>What became of the calls of one client.</summary>
internal sealed class Tally
{
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _attempts;
    private int _succeeded;
    private int _stopped;
    private int _rejected;

    public int Calls => _milliseconds.Count;

    public int Succeeded => Volatile.Read(ref _succeeded);

    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Calls that were not tried again because the retry budget was empty.</summary>
    public int StoppedByBudget => Volatile.Read(ref _stopped);

    /// <summary>Calls that ended in the rejection by an open circuit.</summary>
    public int RejectedByCircuit => Volatile.Read(ref _rejected);

    public double SuccessRatio => Calls == 0 ? 0 : (double)Succeeded / Calls;

    public void CountAttempt() => Interlocked.Increment(ref _attempts);

    public void CountCall(bool succeeded, Exception? failure, RetryReport? report, TimeSpan elapsed)
    {
        if (succeeded)
            Interlocked.Increment(ref _succeeded);
        if (report?.Reason is RetryStopReason.BudgetEmpty)
            Interlocked.Increment(ref _stopped);
        if (failure is CircuitOpenException or BrokenCircuitException)
            Interlocked.Increment(ref _rejected);
        _milliseconds.Add(elapsed.TotalMilliseconds);
    }

    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)];
    }
}
