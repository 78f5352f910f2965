using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How many attempts a second may start, how many at once, and how long the others wait for their turn.</summary>
public sealed class TokenBucketOptions : PartitionOptions
{
    /// <summary>The defaults; the rate must be set.</summary>
    public TokenBucketOptions() => MaxPartitions = 1_000_000;

    /// <summary>
    /// How many permits become free per second, from 0.000001 (one in eleven days) to 1,000,000. Every attempt takes one, retries included. The
    /// rate is never exceeded: the time between two permits is rounded up to the resolution of the clock (1 ns, on Windows 100 ns). There is no
    /// default.
    /// </summary>
    [Bounds(0.000_001, 1_000_000, HasDefault = false)]
    public double PermitsPerSecond { get; set; }

    /// <summary>
    /// How many permits an idle bucket holds, from 1 to 1,000,000. Timers fire up to 15 ms late, so a burst of less than 15 ms' worth costs
    /// throughput. The default is null: the permits of one second, at least 1.
    /// </summary>
    [Bounds(1, 1_000_000)]
    public int? Burst { get; set; }

    /// <summary>
    /// Further limits, by name: 1,000 an hour, besides so many a second. All of them are taken together or not at all, and the tightest decides. Names have letters, digits,
    /// <c>-</c> and <c>_</c>, 50 at most. There are none by default.
    /// </summary>
    [Limits]
    public IDictionary<string, TokenBucketLimit> Limits { get; } = new Dictionary<string, TokenBucketLimit>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How many permits an attempt takes, zero or more; what is more than a burst is paid by later attempts. Called before each attempt. The default is null: one.
    /// </summary>
    public Func<HttpRequestMessage, int>? CostOf { get; set; }

    /// <summary>
    /// How many permits an attempt should have taken, as its answer tells: what it took less is paid by later attempts, what it took more is given back. Null from
    /// the function if the answer does not tell. Exceptions are logged and ignored. The default is null: what it took was right.
    /// </summary>
    public Func<AttemptResult, int?>? ActualCostOf { get; set; }

    /// <summary>How many attempts may wait for one bucket, from 0 to 1,000,000, and as many in the background; the next one is rejected at once. The default is 1000.</summary>
    [Bounds(0, 1_000_000)]
    public int QueueLimit { get; set; } = 1000;

    /// <summary>The longest wait for a permit, from 0 to 1 day; an attempt that would wait longer is rejected at once. The default is 10 s.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxQueueTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The part of the rate that requests in the background get together (<c>SetBackground</c>), from 0.01 to 1. The default is 0.5.</summary>
    [Bounds(0.01, 1)]
    public double BackgroundShare { get; set; } = 0.5;

    /// <summary>
    /// Whether a server's advice pauses requests to it. A 429, 503 or 529 with Retry-After (RFC 9110 §10.2.3) pauses them for that time; any other
    /// response that reports a used-up quota until the quota resets, but for no longer than a minute. Other servers of the same bucket are not
    /// concerned. Turning it off ends pauses that are under way. The default is true.
    /// </summary>
    public bool ObeyServerLimits { get; set; } = true;

    /// <summary>
    /// Whether to go slower than <see cref="PermitsPerSecond"/> if the server's quota would not last until it resets, but never slower than once a minute. Needs
    /// <see cref="ObeyServerLimits"/>. Good for steady work; a short-lived program should leave it off. The default is false.
    /// </summary>
    public bool SpreadServerQuota { get; set; }

    /// <summary>The longest pause that a server may ask for, from 0 to 1 day; a longer one is capped, one that is under way too. The default is 1 hour.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxServerPause { get; set; } = TimeSpan.FromHours(1);
}

[OptionsValidator]
internal sealed partial class TokenBucketOptionsValidator : IValidateOptions<TokenBucketOptions>;
