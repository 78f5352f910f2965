namespace Resilience.Http;

/// <summary>
/// Says the rate of each partition, such as that of a tenant's plan. Register it as a singleton. It is asked whenever permits are taken from the store, so a change
/// is in force within a second if <see cref="QuotaOptions.LeaseTime"/> is at most half of one. It must answer from memory, must not throw, and must be safe for concurrent use.
/// </summary>
public interface IQuotaProvider
{
    /// <summary>The rate of a partition, in place of <see cref="QuotaOptions.PermitsPerSecond"/> and <see cref="QuotaOptions.Burst"/>. The further limits of the options apply, too.</summary>
    /// <param name="quota">The name of the quota.</param>
    /// <param name="partition">The partition.</param>
    /// <returns>The rate; <see cref="QuotaRate.Unlimited"/> for none; null for that of the options.</returns>
    QuotaRate? Find(string quota, string partition);
}
