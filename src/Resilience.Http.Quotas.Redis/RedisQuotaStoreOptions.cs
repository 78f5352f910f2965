namespace Resilience.Http;

/// <summary>Where in Redis quotas are kept.</summary>
public sealed class RedisQuotaStoreOptions
{
    /// <summary>What all keys begin with. The default is <c>resilience:quota</c>.</summary>
    public string KeyPrefix { get; set; } = "resilience:quota";

    /// <summary>The number of the database. The default is -1: the one that the connection names.</summary>
    public int Database { get; set; } = -1;
}
