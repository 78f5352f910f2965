namespace Resilience.Http;

/// <summary>Shows the token buckets of a client.</summary>
public static class TokenBucketInspection
{
    /// <param name="client">A client seen from the inside.</param>
    extension(ResilientClient client)
    {
        /// <summary>
        /// The buckets of the client as they are now, one per partition, in no order. Empty if the client has no token bucket or has not sent
        /// anything yet.
        /// </summary>
        public IReadOnlyCollection<TokenBucketStatus> TokenBuckets => client.FindState<TokenBuckets>()?.All ?? [];
    }
}
