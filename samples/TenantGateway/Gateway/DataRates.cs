using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace TenantGateway;

/// <summary>
/// How slowly a client may send its body and take the answer: over HTTP/1.1, where a connection is its own. Over HTTP/2 Kestrel ends the whole connection of one that is too slow, and with it the
/// requests of all who share a proxy in front; there the timeouts of the route end the request alone.
/// </summary>
internal static class DataRates
{
    private static readonly MinDataRate Least = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

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
