namespace Resilience.Http;

/// <summary>Calls back when the permits of the first who waits come, rather a little late than early. It exists while somebody waits.</summary>
internal sealed class TokenBucketTimer(Pacing pacing, TimerCallback onDue, object state)
{
    private ITimer? _timer;

    public void Set(long slot, long now)
    {
        // Timers count whole milliseconds; rounding down would spin through the rest.
        var wait = Math.Ceiling(pacing.Span(slot - now).TotalMilliseconds);
        var due = TimeSpan.FromMilliseconds(Math.Clamp(wait, 1, pacing.LongestWait.TotalMilliseconds));
        if (_timer is not null)
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        else
            _timer = Start(due);
    }

    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private ITimer Start(TimeSpan due)
    {
        // One timer serves many calls; it must not carry the context of the first.
        using (ExecutionContext.SuppressFlow())
            return pacing.Time.CreateTimer(onDue, state, due, Timeout.InfiniteTimeSpan);
    }
}
