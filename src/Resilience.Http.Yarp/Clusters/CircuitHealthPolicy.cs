using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>
/// The passive health check <c>CircuitBreaker</c>: only a circuit that opens makes its destination unhealthy. A policy of YARP's own would judge it again by the
/// next request, and call it healthy.
/// </summary>
internal sealed class CircuitHealthPolicy : IPassiveHealthCheckPolicy
{
    public string Name => "CircuitBreaker";

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        // The circuit has seen every attempt, and ProxyClusters reports what it came to.
    }
}
