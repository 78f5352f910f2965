using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Resilience.Http;

/// <summary>What the proxy says when it has no answer of a destination: what came of the call, how long to wait, and where to look. No names, no addresses.</summary>
internal static class ProxyProblem
{
    /// <summary>What is said of the wait where nobody knows better.</summary>
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(1);

    /// <summary>The problem of a call that a policy has rejected.</summary>
    public static Problem Of(ResilienceException rejection, HttpContext context, ClusterPolicies policies)
    {
        var problem = rejection.ToProblem();
        return Make(problem.ResponseStatus, problem.Kind, problem.RetryAfter ?? WaitFor(policies), context);
    }

    /// <summary>The problem of a call that has been given up with 408, 502, 503 or 504.</summary>
    public static Problem Of(IForwarderErrorFeature error, HttpContext context, ClusterPolicies? policies)
    {
        var kind = KindOf(error, context.Response.StatusCode);
        var status = (HttpStatusCode)context.Response.StatusCode;
        return Make(kind is OutcomeKind.Timeout && status is not HttpStatusCode.RequestTimeout ? HttpStatusCode.GatewayTimeout : status, kind, WaitFor(policies), context);
    }

    private static OutcomeKind KindOf(IForwarderErrorFeature error, int status) => error.Exception switch
    {
        HttpRequestException failure when failure.ToProblem().Kind is var kind and (OutcomeKind.Timeout or OutcomeKind.ConnectionFailed) => kind,
        _ => status switch
        {
            StatusCodes.Status503ServiceUnavailable => OutcomeKind.Unavailable,
            StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout => OutcomeKind.Timeout,
            _ => OutcomeKind.ConnectionFailed,
        },
    };

    // Until the first destination is tried again: one whose circuit is not open is at any time, one that is isolated is not.
    private static TimeSpan WaitFor(ClusterPolicies? policies)
        => policies?.Info.Circuits.Where(static circuit => circuit.State is not CircuitState.Isolated).Min(static circuit => (TimeSpan?)(circuit.RetryAfter ?? UsualWait)) ?? UsualWait;

    private static Problem Make(HttpStatusCode status, OutcomeKind kind, TimeSpan wait, HttpContext context) => new()
    {
        Status = status,
        Kind = kind,
        RetryAfter = wait,
        Extensions = new Dictionary<string, JsonElement>
        {
            ["kind"] = JsonSerializer.SerializeToElement(kind.ToString(), ProblemText.Default.String),
            ["traceId"] = JsonSerializer.SerializeToElement(TraceOf(context), ProblemText.Default.String),
        },
    };

    // As ASP.NET Core writes it into problems of its own.
    private static string TraceOf(HttpContext context)
        => context.Features.Get<IHttpActivityFeature>()?.Activity.Id ?? Activity.Current?.Id ?? context.TraceIdentifier;
}
