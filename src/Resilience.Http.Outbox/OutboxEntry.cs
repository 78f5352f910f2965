namespace Resilience.Http;

/// <summary>A kept call, without anything that is secret: no key, no address, no headers, no body.</summary>
public sealed class OutboxEntry
{
    internal OutboxEntry(OutboxRow row) => Row = row;

    /// <summary>The receipt.</summary>
    public OutboxReceipt Receipt => new(Row.Id);

    /// <summary>The name of the client.</summary>
    public string Client => Row.Client;

    /// <summary>Where it goes: the partition that the request chose, or the authority of its address.</summary>
    public string Destination => Row.Destination;

    /// <summary>What has become of it.</summary>
    public OutboxState State => Row.State;

    /// <summary>Why it waits, or what it ended in.</summary>
    public string? Reason => Row.Reason;

    /// <summary>The status of the final answer; null if there was none.</summary>
    public int? Status => Row.Status;

    /// <summary>When it was kept.</summary>
    public DateTimeOffset KeptAt => Row.KeptAt;

    /// <summary>When it is tried next; null once it has ended.</summary>
    public DateTimeOffset? DueAt => Row.State is OutboxState.Waiting ? Row.DueAt : null;

    /// <summary>When the first attempt left that may have reached the server; null if there was none.</summary>
    public DateTimeOffset? FirstSentAt => Row.FirstSentAt ?? Row.TryingSince;

    /// <summary>How often it was tried.</summary>
    public int Tries => Row.Tries;

    /// <summary>When it ended; null while it waits.</summary>
    public DateTimeOffset? EndedAt => Row.EndedAt;

    internal OutboxRow Row { get; }

    /// <summary>The receipt, the destination and the state.</summary>
    public override string ToString() => $"{Receipt} to {LogText.OneLine(Destination)}: {State}{(Reason is { } reason ? $" ({LogText.OneLine(reason)})" : string.Empty)}";
}
