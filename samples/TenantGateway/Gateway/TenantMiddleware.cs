using Microsoft.AspNetCore.Http.Features;

namespace TenantGateway;

/// <summary>Nobody gets past it without a key, nor beyond the limit of its tenant; and what it lets past has a tenant's name on it instead of a key.</summary>
internal sealed class TenantMiddleware(
    RequestDelegate next, TenantConfiguration configuration, UnknownKeys unknown, TenantGate gate, OpenRequests open, GatewaySettings settings, GatewayMetrics metrics)
{
    private static readonly TimeSpan ConfigurationWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OpenWait = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context)
    {
        if (configuration.Current is not { } tenants)
        {
            metrics.Count("no_configuration");
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The gateway has no configuration.", wait: ConfigurationWait);
            return;
        }

        var key = string.Empty;
        try
        {
            key = ClientHeaders.ReadKey(context.Request.Headers);
        }
        catch (BadHttpRequestException e)
        {
            await RejectStrangerAsync(context, StatusCodes.Status400BadRequest, e.Message);
            return;
        }

        if (key is null || tenants.FindByKey(key) is not { } tenant)
            await RejectStrangerAsync(context, StatusCodes.Status401Unauthorized, key is null ? $"There must be an {ApiKey.Header} header." : "The key is unknown.");
        else
            await InvokeAsync(context, tenants, tenant, key);
    }

    private async Task InvokeAsync(HttpContext context, TenantDirectory tenants, Tenant tenant, string key)
    {
        var admission = await gate.AdmitAsync(tenant, context.RequestAborted);
        context.Response.OnStarting(() =>
        {
            RateLimitFields.Write(context.Response.Headers, tenant, admission.Left, admission.Wait);
            return Task.CompletedTask;
        });
        metrics.Count(admission.IsGranted ? "accepted" : "limited", tenant.PlanName);
        if (!admission.IsGranted)
            await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "The limit of the plan is reached.", admission.Wait);
        else if (!IsAllowed(context))
            await Problem.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "The method is not allowed.");
        else if (RequestPath.LeadsOut(context.Request.Path.Value ?? string.Empty))
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The path leads out of its route.");
        else if (FindFault(context, tenant, key) is { } fault)
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, fault);
        else
            await ForwardAsync(context, tenants, tenant, key);
    }

    private async Task ForwardAsync(HttpContext context, TenantDirectory tenants, Tenant tenant, string key)
    {
        using var opened = open.TryAdd(tenants, key, tenant, context.Abort);
        if (opened is not null)
        {
            await next(context);
            return;
        }

        metrics.Count("crowded", tenant.PlanName);
        await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests of the tenant are open.", OpenWait);
    }

    // TRACE would have an upstream send back what the gateway authorizes itself with. CONNECT is for tunnels, but for WebSockets over HTTP/2 (RFC 8441).
    private static bool IsAllowed(HttpContext context) => context.Request.Method.ToUpperInvariant() switch
    {
        "TRACE" or "TRACK" => false,
        "CONNECT" => context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true },
        _ => true,
    };

    private string? FindFault(HttpContext context, Tenant tenant, string key)
    {
        // It would stand in the upstream's journal, and already does in those of the proxies in front.
        if (Uri.UnescapeDataString($"{context.Request.Path}{context.Request.QueryString}").Contains(key, StringComparison.Ordinal))
            return "The key must not be in the address.";

        try
        {
            ClientHeaders.Prepare(context.Request.Headers, tenant, key, PassedHeaders.Of(context, settings), settings);
            return null;
        }
        catch (BadHttpRequestException e)
        {
            return e.Message;
        }
    }

    private Task RejectStrangerAsync(HttpContext context, int status, string detail)
    {
        if (unknown.Reject(context.Connection.RemoteIpAddress) is { } wait)
        {
            metrics.Count("unknown_limited");
            return Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests without a valid key.", wait);
        }

        metrics.Count(status == StatusCodes.Status400BadRequest ? "malformed" : "unknown");
        // RFC 9110 §15.5.2 asks for it.
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "ApiKey";
        return Problem.WriteAsync(context, status, detail);
    }
}
