using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>One cluster and its policies, which follow its model. Safe for concurrent use.</summary>
internal sealed class ProxyCluster(ClusterState cluster, ClusterPoliciesFactory factory, ILoggerFactory loggers) : IDisposable
{
    private readonly Lock _lock = new();
    private volatile Known? _known;
    private bool _isGone;

    private string Name => ProxyClusters.NameOf(cluster.ClusterId);

    /// <summary>The policies as they are now; null if the cluster is to have none.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">They are invalid, and were from the start.</exception>
    public ClusterPolicies? Policies => _known is { } known && ReferenceEquals(known.Model, cluster.Model) ? known.Policies : Follow();

    /// <summary>Has everything read again, at the next request.</summary>
    public void Forget()
    {
        lock (_lock)
            _known = _known is { } known ? known with { Model = null } : null;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isGone = true;
            _known?.Policies?.Dispose();
        }
    }

    private ClusterPolicies? Follow()
    {
        lock (_lock)
        {
            var model = cluster.Model;
            // A request may still be on its way when its cluster is removed.
            if (_isGone || _known?.Model == model)
                return _known?.Policies;

            var policies = Make(model.Config, _known);
            _known = new(model, policies);
            return policies;
        }
    }

    // The options are followed with all their state. Which policies there are is fixed for a client, so others need another.
    private ClusterPolicies? Make(ClusterConfig config, Known? known)
    {
        var last = known?.Policies;
        if (factory.AreOff(config))
        {
            last?.Dispose();
            return null;
        }

        if (known is null)
            return factory.Create(Name, config);

        if (last?.Names != factory.NamesOf(config))
            return Replace(last, config);

        last.Update(config);
        return last;
    }

    // As with options, an invalid change leaves in force what was valid.
    private ClusterPolicies? Replace(ClusterPolicies? last, ClusterConfig config)
    {
        try
        {
            factory.Check(Name, config);
        }
        catch (OptionsValidationException e)
        {
            ClusterTelemetry.Rejected(loggers, Name, e.Message);
            return last;
        }

        last?.Dispose();
        return factory.Create(Name, config);
    }

    private sealed record Known(ClusterModel? Model, ClusterPolicies? Policies);
}
