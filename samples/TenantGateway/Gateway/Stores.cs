namespace TenantGateway;

/// <summary>What keeps the quotas: one of them, or neither for those of one process.</summary>
internal sealed record Stores(string Redis, string Postgres)
{
    public bool IsShared => Redis.Length > 0 || Postgres.Length > 0;

    /// <summary>As settings of the gateway; those of its file count where nothing is said.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings
        => new Dictionary<string, string?> { ["Gateway:Redis"] = Redis, ["Gateway:Postgres"] = Postgres }.Where(setting => setting.Value!.Length > 0);

    public IEnumerable<string> Args => [.. Redis.Length > 0 ? ["--redis", Redis] : Array.Empty<string>(), .. Postgres.Length > 0 ? ["--postgres", Postgres] : Array.Empty<string>()];
}
