namespace Resilience.Http;

/// <summary>A server has asked this instance for a pause, or its quota is used up. All instances obey; if a redirect had led to it, this one does.</summary>
public sealed class QuotaPaused : ClientEvent
{
    internal QuotaPaused(ClientContext client, string partition, string authority, TimeSpan duration)
        : base(client, partition) => (Authority, Duration) = (authority, duration);

    /// <summary>Whose server asked for it, such as <c>https://api.example.com:443</c>. Requests to others are not paused.</summary>
    public string Authority { get; }

    /// <summary>How long, from <see cref="ClientEvent.At"/>; <see cref="QuotaOptions.MaxServerPause"/> at most.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The partition, the authority and the pause.</summary>
    /// <returns>Such as <c>tenant-7: paused for requests to https://api.example.com:443 for 30 s</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{Partition}: paused for requests to {Authority} for {Duration.TotalSeconds:0.###} s");
}
