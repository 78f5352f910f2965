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
        "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Rewrite-URL",
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
    public static void Prepare(IHeaderDictionary headers, Tenant tenant, ICollection<string> idempotencyHeaders)
    {
        TakeConnection(headers);
        foreach (var name in headers.Keys.Where(IsDropped).ToArray())
            headers.Remove(name);
        headers[Tenant] = tenant.Id;
        foreach (var name in headers.Keys.Where(name => SaysWhichWrite(name) || idempotencyHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray())
            headers[name] = Prefixed(headers[name].Count == 1 ? headers[name].ToString() : string.Empty, tenant, name);
    }

    // What Connection names is for this connection alone (RFC 9110 §7.6.1). Nothing of it is left for whoever comes later: it could take out what the gateway says.
    private static void TakeConnection(IHeaderDictionary headers)
    {
        string[] names = [.. headers.Connection.SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        // Of other protocols nobody here knows what they carry.
        var isUpgrade = names.Contains("Upgrade", StringComparer.OrdinalIgnoreCase) && headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);
        foreach (var name in names.Where(name => !name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)))
            headers.Remove(name);
        headers.Remove("Connection");
        if (isUpgrade)
            headers.Connection = "Upgrade";
        else
            headers.Remove("Upgrade");
    }

    // To many a server X_Tenant and X.Tenant are X-Tenant: as variables of CGI (RFC 3875 §4.1.18) they have one name.
    private static bool IsDropped(string name)
        => name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not '-')
        || Dropped.Contains(name, StringComparer.OrdinalIgnoreCase) || DroppedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // Cko-Idempotency-Key, Request-Idempotency-Key and others: one that is not in the list would name the writes of another tenant.
    private static bool SaysWhichWrite(string name) => name.Contains("idempoten", StringComparison.OrdinalIgnoreCase);

    // An id has neither a colon nor a quotation mark, so that no key of one tenant can be that of another. Keys may be quoted (draft-ietf-httpapi-idempotency-key-header).
    private static string Prefixed(string key, Tenant tenant, string name)
    {
        var prefixed = key.StartsWith('"') ? $"\"{tenant.Id}:{key[1..]}" : $"{tenant.Id}:{key}";
        // A comma joins two, of which the second would have no prefix.
        return key.Length > 0 && !key.Contains(',', StringComparison.Ordinal) && prefixed.Length <= LongestIdempotencyKey
            ? prefixed
            : throw new BadHttpRequestException($"There must be one {name} header, of {LongestIdempotencyKey - tenant.Id.Length - 1} characters at most, without a comma.");
    }
}
