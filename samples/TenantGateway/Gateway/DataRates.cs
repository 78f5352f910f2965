using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace TenantGateway;

/// <summary>
/// How slowly a client may send its body and take the answer. Over HTTP/2 Kestrel ends the whole connection of one that is too slow, and with it the requests of all who share a proxy in front: where
/// there are proxies, the rates hold over HTTP/1.1 only, and the timeouts of the route end a request alone. Where there are none a connection is that of one client, who could otherwise have answers
/// kept for good by opening no window for them.
/// </summary>
internal static class DataRates
{
    private static readonly MinDataRate Least = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Those of all connections; null if only requests over HTTP/1.1 have them.</summary>
    public static MinDataRate? OfConnections(GatewaySettings settings) => settings.KnownProxies.Count == 0 ? Least : null;

    public static Task Set(HttpContext context, RequestDelegate next)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = Least;
            context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = Least;
        }

        return next(context);
    }
}
