using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace TenantGateway;

/// <summary>What of a client's headers goes on to an upstream.</summary>
internal static class ClientHeaders
{
    public const string Tenant = "X-Tenant";

    private const int LongestIdempotencyKey = 255;

    // What HTTP itself says about a message: none of it says for whom. Every other header may be one by which some upstream chooses an account, a user or a method, and the gateway
    // has authorized itself: a list of those would never be complete. So X-Request-Id is not here, which some take for the name of a write, nor Sec-WebSocket-Protocol,
    // in which some take organizations and keys.
    private static readonly FrozenSet<string> OfHttp = new[]
    {
        "Host", "Date", "User-Agent", "Expect", "Transfer-Encoding", "TE", "Priority", "Prefer", "Cache-Control", "Pragma",
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Range",
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range",
        "Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Disposition", "Content-Range", "Content-MD5", "Content-Digest", "Repr-Digest", "Digest",
        "traceparent", "tracestate", "Last-Event-ID", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding",
        "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>The key of a request; null if there is none.</returns>
    /// <exception cref="BadHttpRequestException">There are two: which of them counts must not depend on who reads them.</exception>
    public static string? ReadKey(IHeaderDictionary headers)
    {
        var values = headers[ApiKey.Header];
        return values.Count > 1 || values.ToString().Contains(',', StringComparison.Ordinal)
            ? throw new BadHttpRequestException($"There must be one {ApiKey.Header} header.")
            : values.ToString() is { Length: > 0 } key ? key : null;
    }

    /// <summary>Takes out what is not known to be harmless, and says whose request it is.</summary>
    /// <param name="headers">What the client has sent.</param>
    /// <param name="tenant">Who it is.</param>
    /// <param name="key">The key by which it is known.</param>
    /// <param name="passed">Further headers that go on.</param>
    /// <param name="settings">Which headers name a write.</param>
    /// <exception cref="BadHttpRequestException">An idempotency key is invalid, what a header says is no text, or it has the key of the tenant.</exception>
    public static void Prepare(IHeaderDictionary headers, Tenant tenant, string key, string[] passed, GatewaySettings settings)
    {
        TakeConnection(headers);
        foreach (var name in headers.Keys.Where(name => !OfHttp.Contains(name) && !SaysWhichWrite(name, settings) && !IsIn(passed, name)).ToArray())
            headers.Remove(name);
        foreach (var (name, values) in headers)
            Check(name, values, key);

        headers[Tenant] = tenant.Id;
        foreach (var name in headers.Keys.Where(name => SaysWhichWrite(name, settings)).ToArray())
            headers[name] = Prefixed(headers[name].Count == 1 ? headers[name].ToString() : string.Empty, tenant, name);
    }

    /// <summary>Whether a header belongs to the gateway, so that no setting can let that of a client pass.</summary>
    public static bool IsOfTheGateway(string name) => IsIn([ApiKey.Header, Tenant], name);

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

    private static void Check(string name, StringValues values, string key)
    {
        // Some servers end a line where a control character is; HttpClient sends nothing but ASCII.
        if (values.Any(value => value is not null && value.Any(letter => letter is not '\t' and (< ' ' or > '~'))))
            throw new BadHttpRequestException($"The {name} header must have no other letters than those of ASCII.");
        if (values.Any(value => value?.Contains(key, StringComparison.Ordinal) is true))
            throw new BadHttpRequestException($"The key must not be in the {name} header.");
    }

    // Cko-Idempotency-Key, Request-Idempotency-Key and others: one without its tenant would name the writes of another, and one that is taken out would have writes made twice.
    // To many a server Idempotency_Key is Idempotency-Key: as variables of CGI (RFC 3875 §4.1.18) they have one name.
    private static bool SaysWhichWrite(string name, GatewaySettings settings)
        => IsIn(settings.IdempotencyHeaders, name)
        || (name.Contains("idempoten", StringComparison.OrdinalIgnoreCase) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-'));

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
