using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>
/// The fields that <c>Connection</c> names are for this hop alone (RFC 9110 §7.6.1). YARP drops only those that it knows. Those of a request go before anything of
/// the application adds fields: else a client could name those, and have them dropped.
/// </summary>
internal static class ConnectionFields
{
    // Options that name no field, and fields that are for every recipient or that YARP sees to.
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "close", HeaderNames.KeepAlive, HeaderNames.Upgrade, HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.TransferEncoding,
    };

    public static void RemoveFrom(IHeaderDictionary headers)
    {
        foreach (var name in headers.Connection.SelectMany(NamesIn))
            headers.Remove(name);
    }

    public static void RemoveFrom(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var lines))
            return;

        string[] named = [.. lines.SelectMany(NamesIn)];
        if (named.Length == 0)
            return;

        Remove(response.Headers, named);
        Remove(response.Content.Headers, named);
    }

    // Found among those that are there: what is not the name of a field would throw.
    private static void Remove(HttpHeaders headers, string[] named)
    {
        foreach (var (name, _) in headers.NonValidated.ToArray())
        {
            if (named.Contains(name, StringComparer.OrdinalIgnoreCase))
                headers.Remove(name);
        }
    }

    private static IEnumerable<string> NamesIn(string? line)
        => (line ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(static name => !Kept.Contains(name));
}
