using System.Globalization;

namespace Resilience.Http;

/// <summary>The last advice that a server gave.</summary>
public sealed class PartitionAdvice
{
    internal PartitionAdvice(string partition, ServerAdvice advice, DateTimeOffset readAt) => (Partition, Advice, ReadAt) = (partition, advice, readAt);

    /// <summary>Which requests it is about: an authority such as <c>https://api.example.com:443</c>, or the name that the requests chose.</summary>
    public string Partition { get; }

    /// <summary>What the server said.</summary>
    public ServerAdvice Advice { get; }

    /// <summary>When it was read.</summary>
    public DateTimeOffset ReadAt { get; }

    /// <summary>The advice as one line.</summary>
    /// <returns>The partition, when it was read, and all that the server said.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition} at {ReadAt:u}: {Advice}");
}
