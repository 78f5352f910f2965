namespace Resilience.Http;

/// <summary>
/// Says the rate of each partition, such as that of a tenant's plan or of an hour of the day, for <c>AddTokenBucket</c> and <c>AddQuota</c>. Register it as a singleton.
/// It is asked while permits are taken, a token bucket at most four times a second for each partition, so that a change is in force within a second; a bucket keeps its
/// permits in proportion. It must answer from memory, must not throw, and must be safe for concurrent use.
/// </summary>
public interface IQuotaProvider
{
    /// <summary>The rate of a partition, in place of <c>PermitsPerSecond</c> and <c>Burst</c>. The <c>Limits</c> of the options apply, too.</summary>
    /// <param name="quota">The name of the quota; for a token bucket, that of the client.</param>
    /// <param name="partition">The partition; <c>*</c> for a token bucket that serves the whole client.</param>
    /// <returns>The rate; <see cref="QuotaRate.Unlimited"/> for none; null, or one that is not valid, for that of the options.</returns>
    QuotaRate? Find(string quota, string partition);
}
