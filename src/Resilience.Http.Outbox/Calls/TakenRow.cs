namespace Resilience.Http;

/// <summary>An entry that a caller holds while it sends the same call itself.</summary>
/// <param name="Row">The entry as it is now.</param>
/// <param name="DueAt">When it is due for others.</param>
internal sealed record TakenRow(OutboxRow Row, DateTimeOffset DueAt);
