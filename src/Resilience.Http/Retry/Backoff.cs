using System.Numerics;

namespace Resilience.Http;

/// <summary>How long to wait before a retry: exponential up to a cap, spread by chance after the cap, never overflowing.</summary>
internal readonly record struct Backoff(TimeSpan BaseDelay, TimeSpan MaxDelay, Jitter Jitter, Func<double> Chance)
{
    private const double AdviceSpread = 0.1;
    private const long MaxAdviceSpread = TimeSpan.TicksPerSecond;

    /// <param name="retry">1 for the first retry; any greater number will do.</param>
    /// <param name="previous">What this returned for the retry before; zero for the first.</param>
    public TimeSpan Delay(int retry, TimeSpan previous)
    {
        var bound = Bound(retry);
        return TimeSpan.FromTicks(Jitter switch
        {
            Jitter.None => bound,
            Jitter.Equal => Between(bound / 2, bound),
            Jitter.Decorrelated => Between(Math.Min(BaseDelay.Ticks, MaxDelay.Ticks), Tripled(previous)),
            _ => Between(0, bound),
        });
    }

    /// <summary>The server's advice with jitter upwards: nobody returns early, and not everybody at once.</summary>
    public TimeSpan FromAdvice(TimeSpan advised)
    {
        if (Jitter == Jitter.None)
            return advised;

        var spread = Math.Min(advised.Ticks * AdviceSpread, MaxAdviceSpread);
        return TimeSpan.FromTicks(Between(advised.Ticks, advised.Ticks + Math.Min((long)spread, long.MaxValue - advised.Ticks)));
    }

    private long Bound(int retry)
    {
        var (ticks, doublings) = (BaseDelay.Ticks, retry - 1);
        var fits = ticks == 0 || doublings < BitOperations.LeadingZeroCount((ulong)ticks);
        return fits ? Math.Min(ticks << doublings, MaxDelay.Ticks) : MaxDelay.Ticks;
    }

    // The cap bounds the range, not the draw: capped draws would pile up at the cap, and clients meet there.
    private long Tripled(TimeSpan previous)
    {
        var last = Math.Max(previous.Ticks, BaseDelay.Ticks);
        return last < MaxDelay.Ticks / 3 ? last * 3 : MaxDelay.Ticks;
    }

    private long Between(long least, long most) => least + (long)(Chance() * (most - least));
}
