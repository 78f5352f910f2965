namespace Resilience.Http;

/// <summary>The limits of one bucket besides its own, and what an attempt takes of all of them. Safe for concurrent use.</summary>
internal sealed class FurtherLimits
{
    private readonly TokenBucketOptions _options;
    private readonly FurtherLimit[] _all;
    private readonly PermitCost? _same;

    private FurtherLimits(Pace pace, FurtherLimit[] all)
    {
        (_options, _all) = (pace.Options, all);
        IsCorrected = _options.ActualCostOf is not null || Array.Exists(all, limit => limit.Limit.Limit.ActualCostOf is not null);
        IsShared = Array.Exists(all, limit => limit.IsShared);
        if (_options.CostOf is null && !Array.Exists(all, limit => limit.Limit.Limit.HasCosts))
            _same = CostOf(1);
    }

    public IReadOnlyList<FurtherLimit> All => _all;

    /// <summary>Whether an answer may tell another cost.</summary>
    public bool IsCorrected { get; }

    /// <summary>Whether there are limits that other buckets take of, too.</summary>
    public bool IsShared { get; }

    /// <summary>The limits by the options in force; those that there were before keep their permits.</summary>
    /// <returns>Null if there are none, and no costs either.</returns>
    public static FurtherLimits? Of(Pace pace, Pacing pacing, FurtherLimits? before = null, long now = 0)
    {
        // Nothing is allocated for the many buckets that have one limit.
        if (before is null && pace.Limits.Count == 0 && !pace.HasCosts)
            return null;

        lock (pacing.Changes)
            return Renew(pace, pacing, before, now);
    }

    public IReadOnlyDictionary<string, TokenBucketLimitStatus> StatusAt(long now)
        => _all.ToDictionary(limit => limit.Limit.Name, limit => limit.StatusAt(now), StringComparer.OrdinalIgnoreCase);

    /// <summary>So many permits of each.</summary>
    public PermitCost CostOf(int permits) => new(permits, [.. _all.Select(limit => new LimitCost(limit, permits))]);

    /// <summary>What an attempt takes.</summary>
    public PermitCost CostOf(HttpRequestMessage request)
    {
        if (_same is { } same)
            return same;

        var own = CostBy(_options.CostOf, request);
        return new(own, [.. _all.Select(limit => new LimitCost(limit, CostOf(limit.Limit.Limit, own, request))).Where(cost => cost.Permits > 0)]) { PassesOwn = own == 0 };
    }

    /// <summary>What an attempt should have taken besides, of the own limit and the further ones, as its answer tells.</summary>
    public PermitCost MissingOf(in PermitCost taken, AttemptResult result, TokenBucketTelemetry telemetry)
    {
        var further = taken.Further ?? [];
        var own = ActualBy(_options.ActualCostOf, result, telemetry);
        return new(MissingOf(own, taken.Own), [.. _all.Select(limit => new LimitCost(
            limit,
            MissingOf(limit.Limit.Limit.HasCosts ? ActualBy(limit.Limit.Limit.ActualCostOf, result, telemetry) : own, further.FirstOrDefault(cost => cost.Limit == limit).Permits)))]);
    }

    private static FurtherLimits? Renew(Pace pace, Pacing pacing, FurtherLimits? before, long now)
    {
        FurtherLimit[] all = [.. pace.Limits.Select(limit => limit.Limit.IsShared ? pacing.ShareOf(limit, now) : before?.OwnOf(limit, now) ?? new(limit))];
        foreach (var dropped in before?._all.Except(all) ?? [])
            dropped.Drop(now);
        return all.Length > 0 || pace.HasCosts ? new(pace, all) : null;
    }

    private static int CostOf(TokenBucketLimit limit, int own, HttpRequestMessage request) => limit.HasCosts ? CostBy(limit.CostOf, request) : own;

    private static int CostBy(Func<HttpRequestMessage, int>? costOf, HttpRequestMessage request) => costOf is null ? 1 : Math.Max(costOf(request), 0);

    private static int MissingOf(int? actual, int taken) => actual is { } permits ? Math.Max(permits, 0) - taken : 0;

    private static int? ActualBy(Func<AttemptResult, int?>? costOf, in AttemptResult result, TokenBucketTelemetry telemetry)
    {
        try
        {
            return costOf?.Invoke(result);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            telemetry.CostFailed(e);
            return null;
        }
    }

    private FurtherLimit? OwnOf(LimitPace limit, long now)
    {
        var own = Array.Find(_all, own => own.Limit.Name.Equals(limit.Name, StringComparison.OrdinalIgnoreCase) && !own.IsShared);
        own?.Adopt(limit, now);
        return own;
    }
}
