namespace Resilience.Http.Tests;

/// <summary>Limits, as they are defined: no window holds more than the burst and what the rate yields. It looks at all that was ever granted.</summary>
internal sealed class LimitsModel((double Rate, int Burst)[] limits)
{
    private readonly List<(long At, int[] Permits)> _grants = [];

    public void Grant(long at, int[] permits) => _grants.Add((at, permits));

    public bool HasRoom(long now, int[] permits) => Enumerable.Range(0, limits.Length).All(limit => HasRoom(now, limit, permits[limit]));

    // What costs more than a burst needs a full bucket.
    private bool HasRoom(long now, int limit, int permits)
    {
        var (rate, burst) = limits[limit];
        var interval = (long)Math.Ceiling(TimeSpan.TicksPerSecond / rate);
        var excess = (long)Math.Min(permits, burst) - burst;
        foreach (var (at, taken) in permits == 0 ? [] : Enumerable.Reverse(_grants))
        {
            excess += taken[limit];
            if (excess * interval > now - at)
                return false;
        }

        return true;
    }
}
