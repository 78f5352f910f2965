using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>Puts the policies of the cluster around its client. What is forwarded without a cluster is left alone.</summary>
internal sealed class ResilientForwarder(IHttpForwarder inner, ProxyClusters clusters) : IHttpForwarder
{
    public ValueTask<ForwarderError> SendAsync(HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer)
        => SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IReverseProxyFeature>() is not { ProxiedDestination: { } destination } proxy)
            return inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);

        return !LongStreams.Are(context.Request) && clusters.PoliciesOf(proxy.Route.Cluster) is { } policies
            ? SendWithPoliciesAsync(new(context, proxy, destination, policies, httpClient), destinationPrefix, requestConfig, transformer, cancellationToken)
            : SendWithoutAsync(context, destinationPrefix, new(httpClient), requestConfig, transformer, cancellationToken);
    }

    private async ValueTask<ForwarderError> SendWithoutAsync(
        HttpContext context, string destinationPrefix, HopClient client, ForwarderRequestConfig requestConfig, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        using (client)
            return await inner.SendAsync(context, destinationPrefix, client, requestConfig, transformer, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ForwarderError> SendWithPoliciesAsync(
        ProxiedCall call, string destinationPrefix, ForwarderRequestConfig requestConfig, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        using (call)
        {
            var error = await inner.SendAsync(call.Context, destinationPrefix, call, requestConfig, transformer, cancellationToken).ConfigureAwait(false);
            return error is not ForwarderError.None && IsClientLate(call.Context) ? Blame(call.Context) : error;
        }
    }

    // Health checks and logs hear of it as of a client that has failed by itself: else a few slow uploads would take a destination away from all.
    private static ForwarderError Blame(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status408RequestTimeout;
        var late = new ClientLate(context.Features.Get<IForwarderErrorFeature>()!.Exception);
        context.Features.Set<IForwarderErrorFeature>(late);
        return late.Error;
    }

    // To YARP it was the destination, or a client that has sent a wrong body, by what of the two has ended first.
    private static bool IsClientLate(HttpContext context)
        => !context.Response.HasStarted
        && context.Features.Get<IForwarderErrorFeature>()?.Exception is { } failure
        && (failure is AggregateException causes ? causes.InnerExceptions : [failure]).Any(static cause => cause is ResilienceException { WaitedForRequestBody: true });

    private sealed record ClientLate(Exception? Exception) : IForwarderErrorFeature
    {
        public ForwarderError Error => ForwarderError.RequestBodyClient;
    }
}
