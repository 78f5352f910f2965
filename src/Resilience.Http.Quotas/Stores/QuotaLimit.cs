namespace Resilience.Http;

/// <summary>
/// One limit of a quota: in any interval of length t the store grants at most burst + rate × t permits from its bucket. The parameters come with each call, so
/// a change needs no migration: the bucket keeps its share of permits.
/// </summary>
public sealed record QuotaLimit
{
    // In microseconds: far beyond it, and small enough that a time plus a span is exact in a double.
    private const double LongestSpan = 1e15;

    /// <summary>A limit.</summary>
    /// <param name="key">Whose bucket it is. Buckets of one key are taken together in one step of the store.</param>
    /// <param name="name">Which of the buckets of the key; empty for the only one. Letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="permitsPerSecond">The rate, more than zero.</param>
    /// <param name="burst">What a full bucket holds, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of range, or a bucket would take more than 30 years to fill.</exception>
    public QuotaLimit(string key, string name, double permitsPerSecond, long burst)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        (Key, Name, PermitsPerSecond, Burst) = (key, name, permitsPerSecond, burst);
        if (!(permitsPerSecond > 0 && Span <= LongestSpan))
            throw new ArgumentOutOfRangeException(nameof(permitsPerSecond), permitsPerSecond, "The rate must be more than zero, and must fill the bucket within 30 years.");
    }

    /// <summary>Whose bucket it is.</summary>
    public string Key { get; }

    /// <summary>Which of the buckets of the key; empty for the only one.</summary>
    public string Name { get; }

    /// <summary>How many permits become free per second.</summary>
    public double PermitsPerSecond { get; }

    /// <summary>What a full bucket holds.</summary>
    public long Burst { get; }

    /// <summary>The time between two permits, in microseconds.</summary>
    public double Interval => 1_000_000 / PermitsPerSecond;

    /// <summary>The time in which an empty bucket fills, in microseconds.</summary>
    public double Span => Interval * Burst;
}
