namespace Resilience.Http;

/// <summary>The last advice that a server gave.</summary>
/// <param name="Partition">Whose requests it is about: an authority such as <c>https://api.example.com:443</c>, or the name that they chose.</param>
/// <param name="Advice">What it said.</param>
/// <param name="ReadAt">When that was.</param>
public sealed record PartitionAdvice(string Partition, ServerAdvice Advice, DateTimeOffset ReadAt);
