namespace Resilience.Http;

/// <summary>A bucket grants no permits for requests to one authority for a while, because its server asked for a pause or its quota is used up.</summary>
public sealed class TokenBucketPause : ClientEvent
{
    /// <summary>A pause made for a test of what hears of it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="partition">The partition of the bucket; <c>*</c> for one that serves the whole client.</param>
    /// <param name="authority">Whose server asked for it.</param>
    /// <param name="duration">How long.</param>
    public TokenBucketPause(ClientContext client, string partition, string authority, TimeSpan duration)
        : base(client, partition) => (Authority, Duration) = (authority, duration);

    /// <summary>Whose server asked for it, such as <c>https://api.example.com:443</c>. Requests to others are not paused.</summary>
    public string Authority { get; }

    /// <summary>How long, from <see cref="ClientEvent.At"/>; <see cref="TokenBucketOptions.MaxServerPause"/> at most.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The partition, the authority and the pause.</summary>
    /// <returns>Such as <c>*: paused for requests to https://api.example.com:443 for 30 s</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{Partition}: paused for requests to {Authority} for {Duration.TotalSeconds:0.###} s");
}
