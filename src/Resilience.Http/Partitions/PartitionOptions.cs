namespace Resilience.Http;

/// <summary>What keeps state of its own, for how long, and how much of it: the base of the options of every policy that has state per partition.</summary>
public abstract class PartitionOptions
{
    /// <summary>
    /// Names the partition of a request; <c>SetPartition</c> on the request wins over it. The default is null: the authority (scheme, host and
    /// port) of the request, for a token bucket the whole client.
    /// </summary>
    public Func<HttpRequestMessage, string>? PartitionBy { get; set; }

    /// <summary>
    /// How long an unused partition is remembered, from 1 s to 1 day; it should exceed the attempt timeout, or what an attempt comes to is lost.
    /// The default is 10 min.
    /// </summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan IdleEviction { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Partitions remembered at once, from 1 to 10,000,000; where there is no room for another, the least recently used one is forgotten. One that somebody waits for, and an isolated circuit, stay all the same. The default is
    /// 10,000, for a token bucket 1,000,000.
    /// </summary>
    [Bounds(1, 10_000_000)]
    public int MaxPartitions { get; set; } = 10_000;
}
