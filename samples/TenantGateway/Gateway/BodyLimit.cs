using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;

namespace TenantGateway;

/// <summary>
/// The limit on a request's body stays, whatever the client calls it: YARP takes it off where the content type is that of gRPC, and any upstream may be sent that. A route that has to pass longer
/// streams says so (<c>MaxRequestBodySize</c>; -1 is no limit).
/// </summary>
internal sealed class BodyLimit(IHttpMaxRequestBodySizeFeature server, bool mayBeLifted) : IHttpMaxRequestBodySizeFeature
{
    public bool IsReadOnly => server.IsReadOnly;

    public long? MaxRequestBodySize
    {
        get => server.MaxRequestBodySize;
        set
        {
            if (value is not null || mayBeLifted)
                server.MaxRequestBodySize = value;
        }
    }

    public static Task Keep(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } server)
            context.Features.Set<IHttpMaxRequestBodySizeFeature>(new BodyLimit(server, context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.MaxRequestBodySize == -1));
        return next(context);
    }
}
