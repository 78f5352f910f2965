namespace TenantGateway;

/// <summary>What of a client's headers goes on to an upstream.</summary>
internal static class ClientHeaders
{
    public const string Tenant = "X-Tenant";

    private const int LongestIdempotencyKey = 255;

    // Who the client is, is for the gateway to say; and what authorizes it here is not for others. Cookies would be those of an account that all tenants share.
    private static readonly string[] Dropped =
    [
        ApiKey.Header, Tenant, "Authorization", "Cookie", "Forwarded", "X-Real-IP", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP",
        "X-HTTP-Method-Override", "X-Rewrite-URL",
    ];

    private static readonly string[] DroppedPrefixes = ["X-Forwarded-", "X-Original-", "X-Tenant-"];

    /// <returns>The key of a request; null if there is none.</returns>
    /// <exception cref="BadHttpRequestException">There are two: which of them counts must not depend on who reads them.</exception>
    public static string? ReadKey(IHeaderDictionary headers)
    {
        var values = headers[ApiKey.Header];
        return values.Count > 1 || values.ToString().Contains(',', StringComparison.Ordinal)
            ? throw new BadHttpRequestException($"There must be one {ApiKey.Header} header.")
            : values.ToString() is { Length: > 0 } key ? key : null;
    }

    /// <summary>Takes out what is not for upstreams, and says whose request it is.</summary>
    /// <exception cref="BadHttpRequestException">An idempotency key is invalid.</exception>
    public static void Prepare(IHeaderDictionary headers, Tenant tenant, IEnumerable<string> idempotencyHeaders)
    {
        // What Connection names is for this connection alone (RFC 9110 §7.6.1). Before the headers of the gateway are there, or a client could take those out.
        foreach (var name in headers.Connection.SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries)).Where(name => name.Length > 0).ToArray())
        {
            if (!name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase))
                headers.Remove(name);
        }

        foreach (var name in headers.Keys.Where(IsDropped).ToArray())
            headers.Remove(name);
        headers[Tenant] = tenant.Id;
        foreach (var name in idempotencyHeaders.Where(headers.ContainsKey).ToArray())
            headers[name] = Prefixed(headers[name].Count == 1 ? headers[name].ToString() : string.Empty, tenant, name);
    }

    private static bool IsDropped(string name)
        => Dropped.Contains(name, StringComparer.OrdinalIgnoreCase) || DroppedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // An id has neither a colon nor a quotation mark, so that no key of one tenant can be that of another. Keys may be quoted (draft-ietf-httpapi-idempotency-key-header).
    private static string Prefixed(string key, Tenant tenant, string name)
    {
        var prefixed = key.StartsWith('"') ? $"\"{tenant.Id}:{key[1..]}" : $"{tenant.Id}:{key}";
        return key.Length > 0 && prefixed.Length <= LongestIdempotencyKey
            ? prefixed
            : throw new BadHttpRequestException($"There must be one {name} header, of {LongestIdempotencyKey - tenant.Id.Length - 1} characters at most.");
    }
}
