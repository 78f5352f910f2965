namespace Resilience.Http;

/// <summary>Shows what servers told a client.</summary>
public static class AdviceInspection
{
    /// <param name="client">A client seen from the inside.</param>
    extension(ResilientClient client)
    {
        /// <summary>
        /// The last advice of each authority, or of each partition that requests chose, in no order. Taken down by retry and by the token
        /// bucket; empty for a client that has neither.
        /// </summary>
        public IReadOnlyCollection<PartitionAdvice> Advice => client.Advisor.Last;
    }
}
