namespace Resilience.Http;

/// <summary>A bucket grants no permits for a while, because the server asked for a pause or its quota is used up.</summary>
public sealed class TokenBucketPause : ClientEvent
{
    internal TokenBucketPause(ClientContext client, PartitionKey partition, TimeSpan duration)
        : base(client, partition.ToString()) => Duration = duration;

    /// <summary>How long, from <see cref="ClientEvent.At"/>; <see cref="TokenBucketOptions.MaxServerPause"/> at most.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The partition and the pause.</summary>
    /// <returns>Such as <c>https://api.example.com:443: paused for 30 s</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{Partition}: paused for {Duration.TotalSeconds:0.###} s");
}
