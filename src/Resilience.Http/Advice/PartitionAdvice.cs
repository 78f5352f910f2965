namespace Resilience.Http;

/// <summary>The last advice that a server gave.</summary>
public sealed class PartitionAdvice
{
    internal PartitionAdvice(string partition, ServerAdvice advice, DateTimeOffset readAt) => (Partition, Advice, ReadAt) = (partition, advice, readAt);

    /// <summary>Whose requests it is about: an authority such as <c>https://api.example.com:443</c>, or the name that they chose.</summary>
    public string Partition { get; }

    /// <summary>What it said.</summary>
    public ServerAdvice Advice { get; }

    /// <summary>When that was.</summary>
    public DateTimeOffset ReadAt { get; }
}
