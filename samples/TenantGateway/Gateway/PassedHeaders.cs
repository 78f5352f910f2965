using Yarp.ReverseProxy.Model;

namespace TenantGateway;

/// <summary>Headers of clients that go on besides those of HTTP itself: what is harmless to one upstream may choose an account of another.</summary>
internal static class PassedHeaders
{
    /// <summary>The metadata of a route that names them, with commas between.</summary>
    public const string Metadata = "Gateway.PassedHeaders";

    /// <summary>Those of all routes, and those of the route that was chosen.</summary>
    public static string[] Of(HttpContext context, GatewaySettings settings)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.GetValueOrDefault(Metadata) ?? string.Empty;
        IEnumerable<string> all = [.. settings.PassedHeaders, .. route.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        return [.. all.Where(name => !ClientHeaders.IsOfTheGateway(name))];
    }
}
