using System.Globalization;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>Gives the empty 408, 502, 503 and 504 of the proxy a body, unless something in the pipeline has.</summary>
internal sealed class ProxyProblems(ProxyClusters clusters)
{
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context).ConfigureAwait(false);
        if (context.Features.Get<IForwarderErrorFeature>() is { } error && IsOurs(context))
            await WriteAsync(context, error).ConfigureAwait(false);
    }

    private static bool IsOurs(HttpContext context)
        => context.Response is { HasStarted: false, ContentLength: null or 0, ContentType: null, StatusCode: StatusCodes.Status408RequestTimeout or (>= StatusCodes.Status502BadGateway and <= StatusCodes.Status504GatewayTimeout) }
        && !context.RequestAborted.IsCancellationRequested
        && !LongStreams.Are(context.Request);

    private async Task WriteAsync(HttpContext context, IForwarderErrorFeature error)
    {
        var policies = context.Features.Get<IReverseProxyFeature>()?.Route.Cluster is { } cluster ? clusters.PoliciesOf(cluster) : null;
        var (problem, response) = (ProxyProblem.Of(error, context, policies), context.Response);
        response.StatusCode = (int)problem.ResponseStatus;
        response.ContentType = "application/problem+json";
        response.Headers.RetryAfter = Math.Ceiling(problem.RetryAfter.GetValueOrDefault().TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        problem.WriteTo(response.BodyWriter);
        await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
