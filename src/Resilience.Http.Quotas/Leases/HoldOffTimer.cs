namespace Resilience.Http;

/// <summary>Calls back when a hold-off is over, as long as somebody waits. Not safe for concurrent use.</summary>
internal sealed class HoldOffTimer(ClientQuotas quotas, Action callback)
{
    private ITimer? _timer;

    /// <param name="ticks">When, in timestamps from now.</param>
    public void Set(long ticks)
    {
        // Timers count whole milliseconds; rounding down would spin through the rest.
        var due = TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(quotas.Span(ticks).TotalMilliseconds), 1));
        if (_timer is not null)
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        else
            Detached.Run(() => _timer = quotas.Time.CreateTimer(static run => ((Action)run!)(), callback, due, Timeout.InfiniteTimeSpan));
    }

    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
