namespace Resilience.Http;

/// <summary>A limit of a token bucket besides its rate: 1,000 an hour, or so many tokens of a model a minute, which has costs of its own.</summary>
public sealed class TokenBucketLimit : QuotaRate
{
    /// <summary>A limit; its permits must be set.</summary>
    public TokenBucketLimit()
    {
    }

    /// <inheritdoc cref="QuotaRate(double, TimeSpan, int?)"/>
    public TokenBucketLimit(double permits, TimeSpan period, int? burst = null)
        : base(permits, period, burst)
    {
    }

    /// <summary>
    /// How many permits of this limit an attempt takes, zero or more; with zero the limit does not concern it. The default is null: as many as of the bucket itself
    /// (<see cref="TokenBucketOptions.CostOf"/>), or one if <see cref="ActualCostOf"/> is set.
    /// </summary>
    public Func<HttpRequestMessage, int>? CostOf { get; set; }

    /// <summary>
    /// How many permits of this limit an attempt should have taken, as its answer tells; null from the function if it does not. The default is null: as
    /// <see cref="TokenBucketOptions.ActualCostOf"/> says, or what it took if <see cref="CostOf"/> is set.
    /// </summary>
    public Func<AttemptResult, int?>? ActualCostOf { get; set; }

    internal bool HasCosts => CostOf is not null || ActualCostOf is not null;
}
