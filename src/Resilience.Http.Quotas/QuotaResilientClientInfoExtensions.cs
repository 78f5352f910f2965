namespace Resilience.Http;

/// <summary>The quota of a client, seen from the inside.</summary>
public static class QuotaResilientClientInfoExtensions
{
    /// <param name="client">The client.</param>
    extension(ResilientClientInfo client)
    {
        /// <summary>What this instance has of the quota, by partition, in no order. Empty if the client has no quota or has not sent anything yet.</summary>
        public IReadOnlyCollection<QuotaStatus> Quotas => client.Find<QuotaOptions, ClientQuotas>(QuotaPolicy.Instance)?.All ?? [];
    }
}
