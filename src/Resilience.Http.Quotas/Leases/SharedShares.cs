namespace Resilience.Http;

/// <summary>
/// What this instance gets, while the store does not answer, of the limits that its partitions share: an equal part of each limit, however many partitions there are.
/// Safe for concurrent use.
/// </summary>
internal sealed class SharedShares(ClientQuotas quotas)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ShareLevel> _levels = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes permits from all shared limits of a request alike.</summary>
    /// <param name="request">What a partition asks for; a debt of it counts here, too.</param>
    /// <param name="wanted">How many its own share allows.</param>
    /// <param name="now">The time, as a timestamp.</param>
    public QuotaGrant Take(QuotaRequest request, long wanted, long now)
    {
        var (granted, wait) = (wanted, TimeSpan.Zero);
        lock (_lock)
        {
            (ShareLevel Level, double Rate)[] levels = [.. request.Limits.Where(limit => limit.Key != request.Key).Select(limit => (LevelOf(limit.Name, now), limit.PermitsPerSecond / quotas.Instances))];
            foreach (var (level, rate) in levels)
            {
                level.Refill(rate, now);
                level.Take(Math.Max(-request.Returned, 0));
                granted = Math.Min(granted, level.Free);
            }

            foreach (var (level, rate) in levels)
            {
                level.Take(granted);
                wait = level.Wait(rate) is var next && next > wait ? next : wait;
            }
        }

        return new(granted, wait);
    }

    /// <summary>What is not paid yet of a debt that was charged here.</summary>
    /// <param name="request">The one that it was charged with.</param>
    /// <param name="charged">How much it was. More than that is the debt of other partitions.</param>
    public long DebtOf(QuotaRequest request, long charged)
    {
        if (charged == 0)
            return 0;

        lock (_lock)
            return Math.Min(LevelsOf(request).Select(level => level.Debt).DefaultIfEmpty().Max(), charged);
    }

    /// <summary>Takes a debt out, of which the store is told: it is not to be paid here, too.</summary>
    /// <param name="request">The one that it was charged with.</param>
    /// <param name="charged">How much it was.</param>
    /// <param name="own">What the share of the partition itself has not paid.</param>
    /// <returns>What nobody has paid.</returns>
    public long TakeDebt(QuotaRequest request, long charged, long own)
    {
        lock (_lock)
        {
            var debt = Math.Max(DebtOf(request, charged), own);
            foreach (var level in LevelsOf(request))
                level.Take(-Math.Min(level.Debt, debt));
            return debt;
        }
    }

    private IEnumerable<ShareLevel> LevelsOf(QuotaRequest request)
        => request.Limits.Where(limit => limit.Key != request.Key).Select(limit => _levels.GetValueOrDefault(limit.Name)).OfType<ShareLevel>();

    private ShareLevel LevelOf(string limit, long now)
    {
        if (!_levels.TryGetValue(limit, out var level))
            _levels[limit] = level = new(quotas, permits: 1, now);
        return level;
    }
}
