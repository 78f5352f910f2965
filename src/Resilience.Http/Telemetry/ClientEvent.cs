namespace Resilience.Http;

/// <summary>
/// Something that has changed in the state of a client: a <see cref="CircuitTransition"/>, a <see cref="TokenBucketPause"/>, an
/// <see cref="OptionsChange"/>, or an event of a policy from elsewhere. Calls and retries are no events; the meter counts them.
/// </summary>
public abstract class ClientEvent
{
    /// <summary>For an event of a policy of one's own, to be handed to <see cref="ClientContext.Publish"/>.</summary>
    /// <param name="client">The client; its clock says when the event happened.</param>
    /// <param name="partition">The partition; null for the whole client.</param>
    protected ClientEvent(ClientContext client, string? partition = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        (Client, Partition, At) = (client.Name, partition is null ? null : PartitionName.OfKnown(partition), client.Time.GetUtcNow());
    }

    /// <summary>The name of the client.</summary>
    public string Client { get; }

    /// <summary>What it happened to: an authority such as <c>https://api.example.com:443</c>, or the name that the options or the request chose. Null for the whole client.</summary>
    public string? Partition { get; }

    /// <summary>When, by the wall clock.</summary>
    public DateTimeOffset At { get; }
}
