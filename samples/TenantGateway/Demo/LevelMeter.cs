namespace TenantGateway;

/// <summary>
/// Says by how much time arrivals were ahead of burst + rate × t, in whichever interval they were most: a bucket that leaks at the rate, and is never too full
/// to take one more.
/// </summary>
internal sealed class LevelMeter
{
    private Plan _plan;
    private double _level;
    private long _last;

    public LevelMeter(Plan plan, long now) => (_plan, _last) = (plan, now);

    /// <summary>By how many seconds at most; zero if there never were more than there might have been.</summary>
    public double MostAhead { get; private set; }

    /// <summary>Another plan counts: the bucket is as full as before, in proportion.</summary>
    public void Change(Plan plan, long now)
    {
        Leak(now);
        (_level, _plan) = (_level * plan.Burst / _plan.Burst, plan);
    }

    public void Arrive(long at)
    {
        Leak(at);
        _level++;
        MostAhead = Math.Max(MostAhead, (_level - _plan.Burst) / _plan.PerSecond);
    }

    private void Leak(long now)
    {
        _level = Math.Max(0, _level - (Math.Max(now - _last, 0) / 1000.0 * _plan.PerSecond));
        _last = Math.Max(now, _last);
    }
}
