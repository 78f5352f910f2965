using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// How many attempts a second all instances together may start. Each partition, by default the authority of the request, has a bucket of its own in the store.
/// </summary>
public sealed class QuotaOptions : PartitionOptions, IValidatableObject
{
    /// <summary>The defaults; the rate must be set.</summary>
    public QuotaOptions() => MaxPartitions = 100_000;

    /// <summary>
    /// The name of the quota, up to 100 characters. Clients that name the same quota in the same store share it, in whatever process. The default is null: the name of the client.
    /// </summary>
    [StringLength(100, MinimumLength = 1)]
    public string? Name { get; set; }

    /// <summary>How many permits become free per second, from 0.000001 to 1,000,000, for all instances together. Every attempt takes one, retries included. There is no default.</summary>
    [Bounds(0.000_001, 1_000_000, HasDefault = false)]
    public double PermitsPerSecond { get; set; }

    /// <summary>
    /// How many permits an idle bucket holds, from 1 to 1,000,000. Less than what the leases of all instances hold, <see cref="PermitsPerSecond"/> ×
    /// <see cref="LeaseTime"/>, costs throughput. The default is null: the permits of one second, at least 1.
    /// </summary>
    [Bounds(1, 1_000_000)]
    public int? Burst { get; set; }

    /// <summary>
    /// Further limits, by name: 1,000 an hour, besides so many a second. All of them are taken together or not at all, and the tightest decides. Names have letters, digits,
    /// <c>-</c> and <c>_</c>, 50 at most. There are none by default.
    /// </summary>
    [Limits]
    public IDictionary<string, QuotaRate> Limits { get; } = new Dictionary<string, QuotaRate>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How many permits an attempt takes, zero or more; what is more than a burst is paid by later attempts. The default is null: one.
    /// </summary>
    public Func<HttpRequestMessage, int>? CostOf { get; set; }

    /// <summary>
    /// How many permits an attempt should have taken, as its answer tells: what it took less is paid by later attempts, what it took more is given back. Null from
    /// the function if the answer does not tell. The default is null: what it took was right.
    /// </summary>
    public Func<AttemptResult, int?>? ActualCostOf { get; set; }

    /// <summary>
    /// For how long an instance takes permits in advance, from 10 ms to 5 s. Longer leases are fewer round trips, and a pause that one instance is asked for
    /// reaches the others after twice as long at most. The default is 100 ms.
    /// </summary>
    [Duration("00:00:00.010", "00:00:05")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the store may take to answer, from 1 ms to <see cref="LeaseTime"/>; then <see cref="Fallback"/> counts. The default is 50 ms.</summary>
    [Duration("00:00:00.001", "00:00:01")]
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>What counts while the store does not answer. The default is <see cref="QuotaFallback.SafeShare"/>.</summary>
    [Defined]
    public QuotaFallback Fallback { get; set; } = QuotaFallback.SafeShare;

    /// <summary>How many instances there are, from 1 to 100,000, as long as the store has not said. The default is 10.</summary>
    [Bounds(1, 100_000)]
    public int ExpectedInstances { get; set; } = 10;

    /// <summary>
    /// How many attempts of one partition may wait in this instance once the store has said that there is no permit, from 0 to 1,000,000; the next one is
    /// rejected at once. The default is 1000.
    /// </summary>
    [Bounds(0, 1_000_000)]
    public int QueueLimit { get; set; } = 1000;

    /// <summary>The longest wait for a permit, from 0 to 1 day; an attempt that would certainly wait longer is rejected at once. The default is 10 s.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxQueueTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a server's advice pauses requests to it, those of all instances: a 429, 503 or 529 with Retry-After for that time, any other response that
    /// reports a used-up quota until it resets, but for no longer than a minute. The default is true.
    /// </summary>
    public bool ObeyServerLimits { get; set; } = true;

    /// <summary>The longest pause that a server may ask for, from 0 to 1 day; a longer one is capped. The default is 1 hour.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxServerPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The limit without a name.</summary>
    internal QuotaRate Own => new(PermitsPerSecond, TimeSpan.FromSeconds(1), Burst);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (StoreTimeout > LeaseTime)
            yield return new($"must not be longer than LeaseTime, {LeaseTime}, but is {StoreTimeout}.", [nameof(StoreTimeout)]);

        if (PermitsPerSecond > 0 && !Own.IsValid)
            yield return new($"must be filled within 10 years at {PermitsPerSecond} a second, but is {Own.BurstInForce}.", [nameof(Burst)]);
    }
}

[OptionsValidator]
internal sealed partial class QuotaOptionsValidator : IValidateOptions<QuotaOptions>;
