namespace Resilience.Http;

/// <summary>Lets everything through and watches the failures, without a lock.</summary>
internal sealed class ClosedPhase(TimeProvider time) : CircuitPhase(CircuitState.Closed, openings: 0)
{
    private SlidingWindow? _window;
    private int _failuresInARow;

    public override bool TryEnter(long now, Attempt? attempt = null) => true;

    public override CircuitTransitionReason? Record(long started, CircuitVerdict verdict, long now, CircuitBreakerOptions options)
    {
        if (verdict is CircuitVerdict.Neutral)
            return null;

        var failed = verdict is CircuitVerdict.Failure;
        var window = WindowOf(options.Window, now);
        window.Count(failed, now);
        if (CountInARow(failed) >= options.ConsecutiveFailures)
            return CircuitTransitionReason.ConsecutiveFailures;
        if (!window.MayHaveFailures(now))
            return null;

        var (failures, total) = window.Sum(now);
        return total >= options.MinimumCalls && (double)failures / total >= options.FailureRatio ? CircuitTransitionReason.FailureRatio : null;
    }

    private int CountInARow(bool failed)
    {
        if (failed)
            return Interlocked.Increment(ref _failuresInARow);

        if (Volatile.Read(ref _failuresInARow) != 0)
            Volatile.Write(ref _failuresInARow, 0);

        return 0;
    }

    private SlidingWindow WindowOf(TimeSpan length, long now)
    {
        var window = Volatile.Read(ref _window);
        if (window?.Length == length)
            return window;

        var fresh = new SlidingWindow(length, now, time.ToTimestampUnits(length));
        return Interlocked.CompareExchange(ref _window, fresh, window) is { } other && other != window ? other : fresh;
    }
}
