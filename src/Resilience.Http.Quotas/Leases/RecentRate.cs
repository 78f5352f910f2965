namespace Resilience.Http;

/// <summary>A rate per second that follows what is counted, and forgets it exponentially. Not safe for concurrent use.</summary>
/// <param name="now">The time, as a timestamp.</param>
/// <param name="memory">The time after which about two thirds are forgotten, in timestamps.</param>
/// <param name="second">A second, in timestamps.</param>
internal struct RecentRate(long now, double memory, long second)
{
    private long _since = now;
    private long _count;

    /// <summary>As it was at the last update.</summary>
    public double PerSecond { get; private set; }

    public void Count(long number) => _count += number;

    public double Update(long now)
    {
        if (now <= _since)
            return PerSecond;

        var elapsed = (double)(now - _since);
        PerSecond += (1 - Math.Exp(-elapsed / memory)) * ((_count * second / elapsed) - PerSecond);
        (_since, _count) = (now, 0);
        return PerSecond;
    }
}
