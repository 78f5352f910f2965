using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace TenantGateway;

/// <summary>What the gateway answers itself, by RFC 9457. It names no upstream.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, int status, string? detail = null, TimeSpan? wait = null)
    {
        context.Response.StatusCode = status;
        if (wait is { } known)
            RateLimitFields.WriteRetryAfter(context.Response.Headers, known);
        var problem = new { title = ReasonPhrases.GetReasonPhrase(status), status, detail, traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier };
        return context.Response.WriteAsJsonAsync(problem, JsonSerializerOptions.Web, "application/problem+json", context.RequestAborted);
    }
}
