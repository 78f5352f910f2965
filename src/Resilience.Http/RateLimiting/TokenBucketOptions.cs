using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How many attempts a second may start, how many at once, and how long the others wait for their turn.</summary>
public sealed class TokenBucketOptions : PartitionOptions
{
    /// <summary>The defaults; the rate is to be set.</summary>
    public TokenBucketOptions() => MaxPartitions = 1_000_000;

    /// <summary>
    /// The rate at which permits become free; every attempt takes one, retries included. From one in eleven days to a
    /// million a second, never exceeded: the time between two permits is rounded up to the resolution of the clock
    /// (1 ns, on Windows 100 ns). There is no default.
    /// </summary>
    [Bounds(0.000_001, 1_000_000, HasDefault = false)]
    public double PermitsPerSecond { get; set; }

    /// <summary>
    /// How many permits a bucket holds when nobody took any for a while, from 1 to 1,000,000. Timers fire up to 15 ms
    /// late, so that a burst below 15 ms' worth costs throughput. The default is null: one second's worth, at least 1.
    /// </summary>
    [Bounds(1, 1_000_000)]
    public int? Burst { get; set; }

    /// <summary>How many attempts may wait in one bucket; the next one is refused at once, and 0 lets none wait. The default is 1000.</summary>
    [Bounds(0, 1_000_000)]
    public int QueueLimit { get; set; } = 1000;

    /// <summary>The longest wait for a permit, up to a day; an attempt that would wait longer is refused at once. The default is 10 s.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxQueueTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the server's advice pauses the bucket: a 429, 503 or 529 with Retry-After (RFC 9110 §10.2.3) until then, any response that says
    /// that nothing is left of a quota until that comes back. The default is true.
    /// </summary>
    public bool ObeyServerLimits { get; set; } = true;

    /// <summary>
    /// Whether to go slower than <see cref="PermitsPerSecond"/> where else the server's quota would not last until it comes back; takes
    /// <see cref="ObeyServerLimits"/>. Steady work profits from it, a program that ends soon had better use up what there is. The default is
    /// false.
    /// </summary>
    public bool SpreadServerQuota { get; set; }

    /// <summary>The longest pause that a server may ask for, up to a day; longer ones are cut to it. The default is one hour.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxServerPause { get; set; } = TimeSpan.FromHours(1);
}

[OptionsValidator]
internal sealed partial class TokenBucketOptionsValidator : IValidateOptions<TokenBucketOptions>;
