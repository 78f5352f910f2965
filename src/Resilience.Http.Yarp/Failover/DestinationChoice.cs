using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>Where the attempts of one call go after the first: each to a destination that has not failed yet, where there is one.</summary>
/// <param name="call">The call, which is at its first destination.</param>
/// <param name="request">The request as it was written.</param>
/// <param name="balancing">How clusters balance their load, by name.</param>
internal sealed class DestinationChoice(ProxiedCall call, HttpRequestMessage request, IReadOnlyDictionary<string, ILoadBalancingPolicy> balancing)
{
    private readonly Uri _written = request.RequestUri!;
    private readonly string? _host = request.Headers.Host;
    private readonly HashSet<DestinationState> _failed = [call.First];

    /// <summary>Whether a destination is left that has not failed.</summary>
    public bool HasOther => Others().Any();

    /// <summary>Moves on after an attempt has failed. When all have, all may be tried again but the last.</summary>
    public void MoveOn()
    {
        if (TryMove())
            return;

        _failed.Clear();
        _failed.Add(call.Destination);
        TryMove();
    }

    /// <summary>Moves the call to a destination that has not failed, chosen as the cluster balances its load.</summary>
    /// <returns>Whether there is one.</returns>
    public bool TryMove()
    {
        DestinationState[] others = [.. Others()];
        if (others.Length == 0)
            return false;

        var other = Pick(others);
        _failed.Add(other);
        call.MoveTo(other);
        return true;
    }

    /// <summary>Gives the request, as it was written, the address of the destination that the call is at.</summary>
    public void Readdress()
    {
        if (call.Destination == call.First)
            return;

        var (first, now) = (call.First.Model.Config, call.Destination.Model.Config);
        request.RequestUri = DestinationAddress.Rebase(_written, first.Address, now.Address);
        if ((_host ?? string.Empty) == (first.Host ?? string.Empty))
            request.Headers.Host = string.IsNullOrEmpty(now.Host) ? null : now.Host;
    }

    private IEnumerable<DestinationState> Others()
        => call.Proxy.Route.Cluster!.DestinationsState.AvailableDestinations.Where(other => !_failed.Contains(other));

    private DestinationState Pick(DestinationState[] others)
    {
        var cluster = call.Proxy.Route.Cluster!;
        return balancing.TryGetValue(cluster.Model.Config.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices, out var policy)
            && policy.PickDestination(call.Context, cluster, others) is { } picked
            ? picked
            : others[0];
    }
}
