namespace Resilience.Http;

/// <summary>The innermost handler of a cluster's chain: sends an attempt by the client that YARP, or the application, has made for the cluster.</summary>
internal sealed class ClusterTransport : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => ProxiedCall.Of(request)!.Client.SendAsync(request, cancellationToken);
}
