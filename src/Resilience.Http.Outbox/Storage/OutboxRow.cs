namespace Resilience.Http;

/// <summary>
/// One entry as a store keeps it. Immutable: a change is a copy that <see cref="IOutboxStore.TryReplaceAsync"/> puts in its place, if nobody has
/// changed the entry in between.
/// </summary>
public sealed record OutboxRow
{
    /// <summary>The id of the receipt.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the client.</summary>
    public required string Client { get; init; }

    /// <summary>The idempotency key; unique per client.</summary>
    public required string Key { get; init; }

    /// <summary>The key that it is sent with, where that is another: the server replays a failure for the first one, and does not know the call. Null otherwise.</summary>
    public string? SentKey { get; init; }

    /// <summary>Where it goes: the partition that the request chose, or the authority of its address. Each has its turn.</summary>
    public required string Destination { get; init; }

    /// <summary>Entries of one client with the same ordering key are sent one after the other; null for no order.</summary>
    public string? OrderingKey { get; init; }

    /// <summary>Tells two requests with one key apart.</summary>
    public required ReadOnlyMemory<byte> Fingerprint { get; init; }

    /// <summary>The request, perhaps encrypted; empty once it is no longer needed.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>When it was kept.</summary>
    public required DateTimeOffset KeptAt { get; init; }

    /// <summary>What has become of it.</summary>
    public OutboxState State { get; init; }

    /// <summary>When it can be claimed. While somebody holds it, the end of the lease.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Who holds it.</summary>
    public OutboxHolder Holder { get; init; }

    /// <summary>Under which owner of the store it was claimed; 0 for a caller's own.</summary>
    public long Epoch { get; init; }

    /// <summary>Another random number for every claim and change: a late result of an older claim changes nothing.</summary>
    public long Fence { get; init; }

    /// <summary>When the first attempt left that may have reached the server; null if there was none, as far as is known.</summary>
    public DateTimeOffset? FirstSentAt { get; init; }

    /// <summary>Since when somebody has been trying, with an outcome that is not known yet. A crash leaves it behind.</summary>
    public DateTimeOffset? TryingSince { get; init; }

    /// <summary>Whether a reconciler has to be asked before it is sent again, and why.</summary>
    public OutboxDoubt Doubt { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Tries { get; init; }

    /// <summary>Why it waits or what it ended in, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>The status of the final answer; null if there was none.</summary>
    public int? Status { get; init; }

    /// <summary>The body of the final answer, perhaps encrypted; empty if there was none, or it was too long.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }

    /// <summary>Whether everybody who wants to know has been told what it came to.</summary>
    public bool IsTold { get; init; }

    /// <summary>When it came to its end; null while it waits.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The id and the state: neither a key nor anything of the call.</summary>
    public override string ToString() => $"{LogText.OneLine(Id)}: {State}";
}
