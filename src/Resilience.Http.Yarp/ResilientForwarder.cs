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
        => context.Features.Get<IReverseProxyFeature>() is { ProxiedDestination: { } destination } proxy && !LongStreams.Are(context.Request) && clusters.PoliciesOf(proxy.Route.Cluster) is { } policies
            ? SendWithPoliciesAsync(new(context, proxy, destination, policies, httpClient), destinationPrefix, requestConfig, transformer, cancellationToken)
            : inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);

    private async ValueTask<ForwarderError> SendWithPoliciesAsync(
        ProxiedCall call, string destinationPrefix, ForwarderRequestConfig requestConfig, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        using (call)
        {
            var error = await inner.SendAsync(call.Context, destinationPrefix, call, requestConfig, transformer, cancellationToken).ConfigureAwait(false);
            if (error is ForwarderError.RequestBodyClient && HasTimedOut(call.Context))
                call.Context.Response.StatusCode = StatusCodes.Status408RequestTimeout;
            return error;
        }
    }

    // To YARP, which was reading the body when the time was up, the client has sent a wrong one.
    private static bool HasTimedOut(HttpContext context)
        => !context.Response.HasStarted
        && context.Features.Get<IForwarderErrorFeature>() is { Exception: AggregateException causes }
        && causes.InnerExceptions.Any(static cause => cause is ResilienceException { Kind: OutcomeKind.Timeout });
}
