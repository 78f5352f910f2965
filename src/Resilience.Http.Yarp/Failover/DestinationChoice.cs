using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>Where the attempts of one call go after the first: each to a destination that has not been tried yet, where there is one.</summary>
/// <param name="call">The call, which is at its first destination.</param>
/// <param name="request">The request as it was written.</param>
/// <param name="balancing">How clusters balance their load, by name.</param>
internal sealed class DestinationChoice(ProxiedCall call, HttpRequestMessage request, IReadOnlyDictionary<string, ILoadBalancingPolicy> balancing)
{
    private readonly Uri _written = request.RequestUri!;
    private readonly string? _host = request.Headers.Host;
    private readonly HashSet<DestinationState> _tried = [call.First];

    /// <summary>Whether a destination is left that has not been tried.</summary>
    public bool HasOther => Others().Any();

    /// <summary>Moves on after an attempt has failed, as the cluster balances its load. When all have been tried, all but the last may be again.</summary>
    public void MoveOn()
    {
        if (!HasOther)
            _tried.Clear();
        DestinationState[] others = [.. Others()];
        if (others.Length == 0)
            return;

        var other = Pick(others);
        _tried.Add(other);
        call.MoveTo(other);
    }

    /// <summary>Gives the request, as it was written, the address of the destination that the call is at.</summary>
    public void Readdress()
    {
        if (call.Destination == call.First)
            return;

        var (first, now) = (call.Written, call.Destination.Model.Config);
        request.RequestUri = DestinationAddress.Rebase(_written, first.Address, now.Address);
        if ((_host ?? string.Empty) == (first.Host ?? string.Empty))
            request.Headers.Host = string.IsNullOrEmpty(now.Host) ? null : now.Host;
    }

    private IEnumerable<DestinationState> Others()
        => call.Proxy.Route.Cluster!.DestinationsState.AvailableDestinations.Where(other => other != call.Destination && !_tried.Contains(other));

    private DestinationState Pick(DestinationState[] others)
    {
        var cluster = call.Proxy.Route.Cluster!;
        return balancing.TryGetValue(cluster.Model.Config.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices, out var policy)
            && policy.PickDestination(call.Context, cluster, others) is { } picked
            ? picked
            : others[0];
    }
}
