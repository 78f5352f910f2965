namespace Resilience.Http;

/// <summary>Permits of a share: they come at a rate, and as many are collected as a lease would hold. Not safe for concurrent use.</summary>
/// <param name="quotas">The quota of the client.</param>
/// <param name="permits">How many there are at first.</param>
/// <param name="now">The time, as a timestamp.</param>
internal sealed class ShareLevel(ClientQuotas quotas, double permits, long now)
{
    private double _permits = permits;
    private long _since = now;
    private double _rate;

    /// <summary>How many there are; none if more has been taken than came.</summary>
    public long Free => Math.Max((long)_permits, 0);

    /// <summary>What has been taken beyond that.</summary>
    public long Debt => Math.Max((long)Math.Ceiling(-_permits), 0);

    public void Refill(double rate, long now)
    {
        var most = Math.Max(1, rate * 2 * quotas.Options.LeaseTime.TotalSeconds);
        _permits = Math.Min(_permits + (rate * quotas.Time.GetElapsedTime(_since, now).TotalSeconds), most);
        (_since, _rate) = (now, rate);
    }

    /// <summary>How much of its first permit there is: all of it if nothing is ever taken.</summary>
    public double RegainedAt(long now) => _rate == 0 ? 1 : Math.Clamp(_permits + (_rate * quotas.Time.GetElapsedTime(_since, now).TotalSeconds), 0, 1);

    public void Take(long permits) => _permits -= permits;

    public void Forgive() => _permits = Math.Max(_permits, 0);

    /// <summary>Until the next: only the store's next answer makes it certain that nobody gets one before.</summary>
    public TimeSpan Wait(double rate) => TimeSpan.FromSeconds(Math.Clamp((1 - _permits) / Math.Max(rate, 1e-9), 0, QuotaLeases.LongestHoldOff.TotalSeconds));
}
