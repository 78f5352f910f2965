namespace Resilience.Http;

/// <summary>
/// What a bucket has of each of its limits: in any interval of length t it gives at most burst + rate × t permits of each, of all together or of none. Lock-free
/// where there is one limit. Safe for concurrent use.
/// </summary>
internal abstract class BucketLevels
{
    private readonly Pacing _pacing;
    private Gcra _gcra;
    private FurtherLimits? _further;

    /// <param name="pacing">Its clock and its options.</param>
    /// <param name="pace">Its pace at first.</param>
    /// <param name="full">When it became or becomes full, as a timestamp.</param>
    protected BucketLevels(Pacing pacing, Pace pace, long full)
        => (_pacing, _gcra, _further) = (pacing, new(pace, full), FurtherLimits.Of(pace, pacing));

    /// <summary>The pace that it follows at the moment.</summary>
    public Pace Pace => _gcra.Pace;

    /// <summary>The limits besides its own; null if it has none, and no costs either.</summary>
    public FurtherLimits? Further => _further;

    /// <summary>When all that is its own is full, as a timestamp.</summary>
    public long Full => _further is null ? _gcra.Full : _further.All.Where(limit => !limit.IsShared).Aggregate(_gcra.Full, (full, limit) => Math.Max(full, limit.Full));

    /// <summary>The permits of the limit that has the fewest.</summary>
    public int LevelAt(long now) => _further is null ? _gcra.Level(now) : _further.All.Aggregate(_gcra.Level(now), (level, limit) => Math.Min(level, limit.Level(now)));

    /// <summary>The least of the bursts.</summary>
    public long BurstOfAll => _further is null ? Pace.Burst : _further.All.Aggregate((long)Pace.Burst, (burst, limit) => Math.Min(burst, limit.Limit.Pace.Burst));

    protected ref Gcra Gcra => ref _gcra;

    protected Pacing Pacing => _pacing;

    protected long Now => _pacing.Time.GetTimestamp();

    /// <summary>What an attempt takes, by the options in force.</summary>
    public PermitCost CostOf(HttpRequestMessage request, long now)
    {
        Adopt(now);
        return _further is null ? new(1) : _further.CostOf(request);
    }

    /// <summary>So many permits of each limit.</summary>
    public PermitCost CostOf(int permits, long now)
    {
        Adopt(now);
        return _further is null ? new(permits) : _further.CostOf(permits);
    }

    /// <summary>Takes permits, whoever waits for them.</summary>
    public bool TryAdvance(long now, in PermitCost cost) => cost.Further is null ? _gcra.TryTake(now, cost.Own) : TryTakeAll(now, cost);

    /// <summary>When permits become free behind those of others.</summary>
    public long Slot(in PermitCost cost, Backlog? ahead = null)
    {
        // A request for no permit asks whether one is free.
        var slot = cost.PassesOwn ? -Pace.Longest : _gcra.Slot(ahead?.Own ?? 0, Math.Max(cost.Own, 1));
        foreach (var (limit, permits) in cost.Further ?? [])
            slot = Math.Max(slot, limit.Slot(ahead?.Of(limit) ?? 0, Math.Max(permits, 1)));
        return slot;
    }

    /// <summary>Takes more of what an attempt has turned out to cost: later ones pay for it. Fewer permits than none come back.</summary>
    public void Correct(long now, in PermitCost missing)
    {
        if (missing.Own == 0 && Array.TrueForAll(missing.Further!, further => further.Permits == 0))
            return;

        lock (_pacing.Changes)
        {
            _gcra.Charge(now, missing.Own);
            foreach (var (limit, permits) in missing.Further!)
                limit.Charge(now, permits);
        }

        OnChanged(now);
    }

    /// <summary>Follows a change of the pace.</summary>
    public void Adopt(long now)
    {
        if (!ReferenceEquals(_gcra.Pace, PaceAt(now)))
            ChangePace(now);
    }

    /// <summary>The pace that is in force at a time: that of the options.</summary>
    protected virtual Pace PaceAt(long now) => _pacing.Current;

    /// <summary>Those who wait may have to be served, or rejected.</summary>
    protected abstract void OnChanged(long now);

    private bool TryTakeAll(long now, in PermitCost cost)
    {
        lock (_pacing.Changes)
        {
            foreach (var (limit, permits) in cost.Further!)
            {
                if (!limit.Has(now, permits))
                    return false;
            }

            if (!cost.PassesOwn && !_gcra.TryTake(now, cost.Own))
                return false;

            foreach (var (limit, permits) in cost.Further)
                limit.Charge(now, permits);
            return true;
        }
    }

    private void ChangePace(long now)
    {
        lock (_pacing.Changes)
        {
            if (PaceAt(now) is var pace && !ReferenceEquals(_gcra.Pace, pace))
            {
                _gcra.ChangePace(pace, now);
                _further = FurtherLimits.Of(pace, _pacing, _further, now);
            }
        }

        OnChanged(now);
    }
}
