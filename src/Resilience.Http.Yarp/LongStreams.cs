using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Resilience.Http;

/// <summary>Requests that live as long as both sides talk, and whose first answer may come at any time: no timeout, retry or circuit has to do with them.</summary>
internal static class LongStreams
{
    private const string Grpc = "application/grpc";

    /// <summary>Whether it is gRPC, a WebSocket or another upgrade (RFC 9110 §7.8, RFC 8441).</summary>
    public static bool Are(HttpRequest request)
        => request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) is true
        || request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || request.HttpContext.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
