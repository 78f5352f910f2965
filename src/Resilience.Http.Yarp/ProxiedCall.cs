using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>One request on its way through the proxy: what its policies know of it. Stands in for the client of the cluster.</summary>
internal sealed class ProxiedCall(HttpContext context, IReverseProxyFeature proxy, DestinationState destination, ClusterPolicies policies, HttpMessageInvoker client)
    : HttpMessageInvoker(Unused, disposeHandler: false)
{
    private static readonly HttpRequestOptionsKey<ProxiedCall> Key = new("Resilience.Http.Yarp");
    private static readonly SocketsHttpHandler Unused = new();

    public HttpContext Context => context;

    public IReverseProxyFeature Proxy => proxy;

    /// <summary>The one that YARP chose.</summary>
    public DestinationState First { get; } = destination;

    /// <summary>What it was like when the request was written: it may have another address by the next attempt.</summary>
    public DestinationConfig Written { get; } = destination.Model.Config;

    /// <summary>Where the attempt goes.</summary>
    public DestinationState Destination { get; private set; } = destination;

    /// <summary>The client of the cluster, which sends the attempts.</summary>
    public HttpMessageInvoker Client => client;

    /// <summary>What the handlers inside retry keep over the attempts.</summary>
    public DestinationChoice? Choice { get; set; }

    public static ProxiedCall? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var call) ? call : null;

    /// <summary>Sends the call elsewhere, and has YARP's logs and health checks name who answers.</summary>
    public void MoveTo(DestinationState other) => Proxy.ProxiedDestination = Destination = other;

    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Key, this);
        if (request.Content is { } content && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            request.Content = NoBody(content.Headers);
        try
        {
            var response = await policies.Chain.SendAsync(request, cancellationToken).ConfigureAwait(false);
            ConnectionFields.RemoveFrom(response);
            return response;
        }
        catch (ResilienceException e) when (e.WasRejected)
        {
            return ProxyProblem.Of(e, context, policies).ToResponse();
        }
    }

    // YARP's own content for no body counts as one that can be read once.
    private static ByteArrayContent NoBody(HttpContentHeaders written)
    {
        var content = new ByteArrayContent([]);
        foreach (var (name, values) in written.NonValidated)
            content.Headers.TryAddWithoutValidation(name, values);
        return content;
    }
}
