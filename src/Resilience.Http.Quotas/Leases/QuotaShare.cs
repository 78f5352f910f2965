namespace Resilience.Http;

/// <summary>
/// What one bucket of one instance gets while the store does not answer: at first what it was granted, after half a minute an equal share. So the shares of
/// all instances never add up to more than the limit. Not safe for concurrent use.
/// </summary>
/// <param name="quotas">The quota of the client.</param>
/// <param name="own">The rate that the store granted last; null if it never has.</param>
/// <param name="former">The share of the last time that the store did not answer.</param>
/// <param name="now">The time, as a timestamp.</param>
internal sealed class QuotaShare(ClientQuotas quotas, double? own, QuotaShare? former, long now)
{
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(30);

    private readonly long _lost = quotas.LostAt;

    // One for a bucket that was granted next to none, so that its first request need not wait for a part of a small share. What an idle one was granted fades, but
    // is never zero. A store that fails now and then must not give one each time.
    private readonly ShareLevel _level = new(quotas, own is >= 1 ? 0 : former?._level.RegainedAt(now) ?? 1, now);

    private QuotaRequest? _last;
    private long _charged;

    /// <summary>What has been taken beyond the share, for the store to hear of once it is back.</summary>
    public long Debt => _last is { } last ? Math.Max(_level.Debt, quotas.Shared.DebtOf(last, _charged)) : _level.Debt;

    /// <summary>Whether a new share would give no more.</summary>
    public bool IsRegainedAt(long now) => quotas.Options.Fallback is not QuotaFallback.SafeShare || _level.RegainedAt(now) >= 1;

    /// <summary>Takes the debt out, to tell the store.</summary>
    public long TakeDebt()
    {
        var debt = _last is { } last ? quotas.Shared.TakeDebt(last, _charged, _level.Debt) : _level.Debt;
        Forgive();
        return debt;
    }

    /// <summary>What there is in place of an answer: of several limits the tightest decides.</summary>
    /// <param name="request">What is asked for. A debt that the store has not heard of is paid from the share.</param>
    /// <param name="now">The time, as a timestamp.</param>
    public QuotaGrant Take(QuotaRequest request, long now)
    {
        if (request.Limits.Count == 0 || quotas.Options.Fallback is QuotaFallback.FailOpen)
        {
            // Where nothing counts any more nothing is owed.
            Forgive();
            return new(request.Wanted, TimeSpan.Zero);
        }

        var owed = Math.Max(-request.Returned, 0);
        if (quotas.Options.Fallback is QuotaFallback.SafeShare)
            return TakeSafely(request, owed, now);

        _level.Take(owed);
        return new(0, QuotaLeases.LongestHoldOff);
    }

    private QuotaGrant TakeSafely(QuotaRequest request, long owed, long now)
    {
        (_charged, _last) = (quotas.Shared.DebtOf(request, _charged) + owed, request);
        if (request.Limits.Where(limit => limit.Key == request.Key).MinBy(limit => limit.PermitsPerSecond) is not { } limit)
            return quotas.Shared.Take(request, request.Wanted, now);

        var rate = RateAt(now, limit.PermitsPerSecond);
        _level.Refill(rate, now);
        _level.Take(owed);
        var grant = quotas.Shared.Take(request, Math.Min(request.Wanted, _level.Free), now);
        _level.Take(grant.Granted);
        return _level.Wait(rate) is var wait && wait > grant.Wait ? grant with { Wait = wait } : grant;
    }

    private void Forgive()
    {
        _level.Forgive();
        (_charged, _last) = (0, null);
    }

    private double RateAt(long now, double limit)
    {
        var even = limit / quotas.Instances;
        if (own is not { } granted)
            return even;

        var kept = Math.Max(1 - (quotas.Time.GetElapsedTime(_lost, now) / Change), 0);
        return (kept * Math.Clamp(granted, 0, limit)) + ((1 - kept) * even);
    }
}
