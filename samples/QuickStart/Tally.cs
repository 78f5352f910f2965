using System.Collections.Concurrent;
using Resilience.Http;

namespace QuickStart;

/// <summary>What became of the calls of one client.</summary>
internal sealed class Tally(string name)
{
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _attempts;
    private int _succeeded;
    private int _avoided;
    private int _shed;

    public string Name => name;

    public int Calls => _milliseconds.Count;

    public int Succeeded => Volatile.Read(ref _succeeded);

    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Calls whose next retry the budget refused.</summary>
    public int AvoidedByBudget => Volatile.Read(ref _avoided);

    /// <summary>Calls that an open circuit ended before anything was sent.</summary>
    public int ShedByCircuit => Volatile.Read(ref _shed);

    public double SuccessRatio => Calls == 0 ? 0 : (double)Succeeded / Calls;

    public void CountAttempt() => Interlocked.Increment(ref _attempts);

    public void CountCall(bool succeeded, Exception? failure, RetryReport? report, TimeSpan elapsed)
    {
        if (succeeded)
            Interlocked.Increment(ref _succeeded);
        if (report?.Reason is RetryStopReason.BudgetEmpty)
            Interlocked.Increment(ref _avoided);
        if (failure is CircuitOpenException)
            Interlocked.Increment(ref _shed);
        _milliseconds.Add(elapsed.TotalMilliseconds);
    }

    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)];
    }
}
