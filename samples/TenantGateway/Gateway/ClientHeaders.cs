namespace TenantGateway;

/// <summary>What of a client's headers goes on to an upstream.</summary>
internal static class ClientHeaders
{
    public const string Tenant = "X-Tenant";

    private const int LongestIdempotencyKey = 255;

    // Who the client is, is for the gateway to say; and what authorizes it here is not for others. Cookies would be those of an account that all tenants share. Destination
    // is a second path (RFC 4918 §10.3), for which no route was chosen.
    private static readonly string[] Dropped =
    [
        ApiKey.Header, Tenant, "Authorization", "Cookie", "Forwarded", "CF-Connecting-IP", "X-Host", "X-HTTP-Host-Override", "X-Rewrite-URL", "X-HTTP-Verb", "Destination", "Stripe-Context",
    ];

    private static readonly string[] DroppedPrefixes = ["X-Forwarded", "X-Origin", "X-Envoy-", "SSL-", "X-SSL-"];

    // Of what servers and providers obey: Stripe-Account, OpenAI-Organization, X-Goog-User-Project, X-Remote-User, PRIVATE-TOKEN, X-Amz-Security-Token,
    // Ocp-Apim-Subscription-Key, On-Behalf-Of, Sudo, X-Client-Cert, X-Method-Override, X-Scope-OrgID, X-Vault-Namespace, PLAID-CLIENT-ID; of where a client is: Client-IP,
    // X-Remote-Addr; and Proxy, which CGI takes for its own proxy (httpoxy).
    private static readonly string[] DroppedWords =
    [
        "account", "tenant", "organi", "project", "workspace", "merchant", "customer", "subscription", "user", "principal", "identity", "role", "login", "impersonat", "behalf",
        "act-as", "run-as", "runas", "sudo", "auth", "oidc", "jwt", "assertion", "token", "secret", "password", "credential", "cert", "session", "api-key", "apikey", "access-key",
        "application-key", "functions-key", "org-id", "orgid", "namespace", "realm", "company", "team", "client-id", "clientid", "client-ip", "clientip", "real-ip", "remote-", "method", "proxy",
    ];

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
    /// <exception cref="BadHttpRequestException">An idempotency key is invalid, or what a header says is no text.</exception>
    public static void Prepare(IHeaderDictionary headers, Tenant tenant, GatewaySettings settings)
    {
        TakeConnection(headers);
        foreach (var name in headers.Keys.Where(name => IsDropped(name) || (NamesSomebody(name) && !SaysWhichWrite(name, settings) && !IsIn(settings.PassedHeaders, name))).ToArray())
            headers.Remove(name);
        // Some servers end a line where a control character is; HttpClient sends nothing but ASCII.
        if (headers.FirstOrDefault(header => header.Value.Any(value => value is not null && value.Any(letter => letter is not '\t' and (< ' ' or > '~')))) is { Key: { } wrong })
            throw new BadHttpRequestException($"The {wrong} header must have no other letters than those of ASCII.");

        headers[Tenant] = tenant.Id;
        foreach (var name in headers.Keys.Where(name => SaysWhichWrite(name, settings)).ToArray())
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
        || IsIn(Dropped, name) || DroppedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // User-Agent and Sec-Fetch-User are of the browser.
    private static bool NamesSomebody(string name)
        => DroppedWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        && !name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Sec-", StringComparison.OrdinalIgnoreCase);

    // Cko-Idempotency-Key, Request-Idempotency-Key and others: one that is not in the list would name the writes of another tenant.
    private static bool SaysWhichWrite(string name, GatewaySettings settings) => name.Contains("idempoten", StringComparison.OrdinalIgnoreCase) || IsIn(settings.IdempotencyHeaders, name);

    private static bool IsIn(IEnumerable<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

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
