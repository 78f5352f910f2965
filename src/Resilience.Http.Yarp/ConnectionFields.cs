using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>
/// The fields that <c>Connection</c> names are for this hop alone (RFC 9110 §7.6.1). YARP drops only those that it knows. They go before anything of the
/// application adds fields: else a client could name those, and have them dropped.
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
        foreach (var value in headers.Connection)
        {
            foreach (var name in (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Kept.Contains(name))
                    headers.Remove(name);
            }
        }
    }
}
