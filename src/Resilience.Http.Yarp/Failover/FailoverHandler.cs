using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>Directly inside retry: sends each attempt after the first to another destination, and lets retry know while there is one.</summary>
internal sealed class FailoverHandler(PolicyContext<FailoverOptions> context) : PolicyHandler(context.Client), IKnownHandler
{
    private readonly Dictionary<string, ILoadBalancingPolicy> _balancing = new(
        context.Services?.GetServices<ILoadBalancingPolicy>().Select(static policy => KeyValuePair.Create(policy.Name, policy)) ?? [], StringComparer.OrdinalIgnoreCase);

    protected override bool ObeysDeadline => true;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        if (ProxiedCall.Of(request) is not { } call || !MayMove(call, request))
            return SendInnerAsync(request, attempt, cancellationToken);

        if (attempt.Number > 1)
            (call.Choice ??= new(call, request, _balancing)).MoveOn();
        call.Choice?.Readdress();
        if (call.Choice is not { HasOther: false })
            attempt.OfferAnotherServer();
        return SendInnerAsync(request, attempt, cancellationToken);
    }

    private static bool HasOthers(IReadOnlyList<DestinationState> available, DestinationState first) => available.Count > 1 || (available.Count == 1 && available[0] != first);

    // A session stays with its destination, and an address that a transform has set stays what it is.
    private bool MayMove(ProxiedCall call, HttpRequestMessage request)
        => call.Choice is not null
        || (context.Options.Enabled
            && call.Proxy.Route.Cluster is { Model.Config.SessionAffinity: null or { Enabled: not true } } cluster
            && HasOthers(cluster.DestinationsState.AvailableDestinations, call.First)
            && DestinationAddress.IsAt(request.RequestUri!, call.Written.Address));
}
