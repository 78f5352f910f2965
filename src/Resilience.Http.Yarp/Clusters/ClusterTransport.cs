namespace Resilience.Http;

/// <summary>The innermost handler of a cluster's chain: sends an attempt by the client that YARP, or the application, has made for the cluster.</summary>
/// <param name="isOfYarp">Whether YARP makes the clients: of a <see cref="SocketsHttpHandler"/> and nothing else.</param>
internal sealed class ClusterTransport(bool isOfYarp) : HttpMessageHandler, IKnownHandler
{
    public bool IsDoneWithToken => isOfYarp;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => ProxiedCall.Of(request)!.Client.SendAsync(request, cancellationToken);
}
