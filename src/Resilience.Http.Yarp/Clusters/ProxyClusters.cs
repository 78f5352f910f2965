using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>The clusters of the proxy and their policies. Tells YARP of destinations whose circuits open.</summary>
internal sealed class ProxyClusters : IClusterChangeListener, IObserver<ClientEvent>, IDisposable
{
    private readonly ConcurrentDictionary<ClusterState, ProxyCluster> _clusters = new();
    private readonly ClusterPoliciesFactory _factory;
    private readonly ResilienceRegistry _registry;
    private readonly IDestinationHealthUpdater _health;
    private readonly ILoggerFactory _loggers;
    private readonly IDisposable[] _subscriptions;

    public ProxyClusters(ProxySettings settings, ClusterPoliciesFactory factory, ResilienceRegistry registry, IDestinationHealthUpdater health, ILoggerFactory loggers)
    {
        (_factory, _registry, _health, _loggers) = (factory, registry, health, loggers);
        _subscriptions = [registry.Changes.Subscribe(this), .. settings.Sections.Select(section => ChangeToken.OnChange(section.GetReloadToken, ForgetAll))];
    }

    /// <summary>The name of the cluster's client in the registry.</summary>
    public static string NameOf(string clusterId) => $"yarp:{clusterId}";

    /// <summary>The policies of a cluster as it is now; null if it has none.</summary>
    public ClusterPolicies? PoliciesOf(ClusterState? cluster) => cluster is not null && _clusters.TryGetValue(cluster, out var known) ? known.Policies : null;

    public void OnClusterAdded(ClusterState cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var added = new ProxyCluster(cluster, _factory, _loggers);
        _clusters[cluster] = added;
        _ = added.Policies;
    }

    public void OnClusterChanged(ClusterState cluster) => _ = PoliciesOf(cluster);

    public void OnClusterRemoved(ClusterState cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (_clusters.TryRemove(cluster, out var removed))
            removed.Dispose();
    }

    // Where another destination answers in its place, YARP would never hear that this one is ill.
    void IObserver<ClientEvent>.OnNext(ClientEvent value)
    {
        if (value is not CircuitTransition { To: CircuitState.Open, BreakDuration: { } pause } opened)
            return;

        foreach (var cluster in _clusters.Keys.Where(cluster => NameOf(cluster.ClusterId) == opened.Client))
        {
            if (Find(cluster, opened) is { } destination)
                _health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, pause);
        }
    }

    void IObserver<ClientEvent>.OnCompleted()
    {
    }

    void IObserver<ClientEvent>.OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }

    // An id that is long, or cannot stand in a line, is the name of its circuit in another form.
    private DestinationState? Find(ClusterState cluster, CircuitTransition opened)
        => cluster.Destinations.TryGetValue(opened.Circuit.Partition, out var destination) ? destination
            : _registry.TryGet(opened.Client, out var client) ? cluster.Destinations.Values.FirstOrDefault(other => ReferenceEquals(client.GetCircuit(other.DestinationId), opened.Circuit))
            : null;

    private void ForgetAll()
    {
        foreach (var cluster in _clusters.Values)
            cluster.Forget();
    }
}
