namespace Resilience.Http;

/// <summary>Which entries to list: those that meet all that is set.</summary>
public sealed record OutboxFilter
{
    /// <summary>The client; null for all.</summary>
    public string? Client { get; init; }

    /// <summary>The state; null for all.</summary>
    public OutboxState? State { get; init; }

    /// <summary>The id of the last entry of the page before; null for the first page. Pages are ordered by id.</summary>
    public string? After { get; init; }

    /// <summary>How many at most, from 1 to 1,000. The default is 100.</summary>
    public int Limit { get; init; } = 100;
}
