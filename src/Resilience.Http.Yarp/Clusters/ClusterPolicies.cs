using Yarp.ReverseProxy.Configuration;

namespace Resilience.Http;

/// <summary>The policies of one cluster, as a client of the registry. New metadata change their options and leave their state as it is.</summary>
/// <param name="metadata">What the client's options follow.</param>
/// <param name="client">The client.</param>
/// <param name="names">The policies that are named.</param>
/// <param name="transport">What sends the attempts.</param>
internal sealed class ClusterPolicies(ClusterMetadata metadata, AddedClient client, string names, ClusterTransport transport) : IDisposable
{
    public HttpMessageInvoker Chain { get; } = new(client.CreateHandler(transport), disposeHandler: false);

    /// <summary>The policies that are named, in any order; others need another chain.</summary>
    public string Names => names;

    public ResilientClientInfo Info => client.Info;

    public void Update(ClusterConfig cluster) => metadata.Read(cluster.Metadata);

    public void Dispose() => client.Dispose();
}
