namespace Resilience.Http;

/// <summary>Shows the circuits of a client.</summary>
public static class CircuitInspection
{
    /// <param name="client">A client seen from the inside.</param>
    extension(ResilientClient client)
    {
        /// <summary>
        /// The circuits that the client has now, one per partition, in no order; each can be read, isolated and closed. Empty if the client
        /// has no circuit breaker or has not sent anything yet.
        /// </summary>
        public IReadOnlyCollection<Circuit> Circuits => client.FindState<Circuits>()?.All ?? [];
    }
}
