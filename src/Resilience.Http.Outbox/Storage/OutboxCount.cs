namespace Resilience.Http;

/// <summary>How many entries of one client are in one state, and since when the oldest.</summary>
/// <param name="Client">The client.</param>
/// <param name="State">The state.</param>
/// <param name="Entries">How many.</param>
/// <param name="Oldest">When the oldest of them was kept.</param>
public readonly record struct OutboxCount(string Client, OutboxState State, long Entries, DateTimeOffset Oldest);
