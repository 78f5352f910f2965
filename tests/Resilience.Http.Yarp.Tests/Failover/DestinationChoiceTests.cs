using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http.Yarp.Tests.Failover;

public sealed class DestinationChoiceTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task Is_chosen_as_the_cluster_balances_its_load()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var second = await Backend.AnsweringAsync(200);
        await using var third = await Backend.AnsweringAsync(200);
        var settings = new GatewaySettings { Balancing = "Mine", Before = static proxy => proxy.Services.AddSingleton<ILoadBalancingPolicy>(new FirstThenLast()) };
        await using var gateway = await Gateway.StartAsync(settings, ill, second, third);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (ill.Hits, second.Hits, third.Hits).Should().Be((1, 0, 1));
    }

    private sealed class FirstThenLast : ILoadBalancingPolicy
    {
        public string Name => "Mine";

        public DestinationState PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
        {
            DestinationState[] ordered = [.. availableDestinations.OrderBy(destination => destination.DestinationId)];
            return ordered.Length == 3 ? ordered[0] : ordered[^1];
        }
    }
}
