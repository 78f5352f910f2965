namespace Resilience.Http;

/// <summary>The outbox of a client, seen from the inside.</summary>
public static class OutboxResilientClientInfoExtensions
{
    /// <param name="client">A client of the <see cref="ResilienceRegistry"/>.</param>
    extension(ResilientClientInfo client)
    {
        /// <summary>
        /// What lies in the outbox of the client, as the drain of this process counted it, at most 5 s ago. Null if the client has no outbox, or another process drains the file.
        /// <see cref="OutboxHealthCheck"/> counts by itself.
        /// </summary>
        public OutboxStatus? Outbox => client.Find<OutboxOptions, OutboxClient>(OutboxPolicy.Instance)?.Telemetry.Status;
    }
}
