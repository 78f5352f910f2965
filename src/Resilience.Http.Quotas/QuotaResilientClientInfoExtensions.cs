namespace Resilience.Http;

/// <summary>The quota of a client, seen from the inside.</summary>
public static class QuotaResilientClientInfoExtensions
{
    /// <param name="client">The client.</param>
    extension(ResilientClientInfo client)
    {
        /// <summary>What this instance has of the quota, by partition, in no order. Empty if the client has no quota or has not sent anything yet.</summary>
        public IReadOnlyCollection<QuotaStatus> Quotas => client.Find<QuotaOptions, ClientQuotas>(QuotaPolicy.Instance)?.All ?? [];

        /// <summary>Ends a pause that a server has asked for: here at once, in other instances when they ask the store next. What waits for its end goes on.</summary>
        /// <param name="partition">The partition, as <see cref="QuotaStatus.Partition"/> has it.</param>
        /// <param name="authority">Whose server, as <see cref="QuotaPause.Authority"/> has it.</param>
        /// <returns>When the store was told, or does not answer.</returns>
        public Task EndQuotaPauseAsync(string partition, string authority)
        {
            ArgumentNullException.ThrowIfNull(partition);
            ArgumentNullException.ThrowIfNull(authority);
            return client.Find<QuotaOptions, ClientQuotas>(QuotaPolicy.Instance)?.EndPauseAsync(partition, authority) ?? Task.CompletedTask;
        }
    }
}
