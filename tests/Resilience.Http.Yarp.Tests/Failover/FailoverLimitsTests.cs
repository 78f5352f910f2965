using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Resilience.Http.Yarp.Tests.Failover;

/// <summary>Where a request stays, or ends, although there is another destination.</summary>
public sealed class FailoverLimitsTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task Leaves_sessions_where_they_are()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.AnsweringAsync(200);
        var affinity = new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", FailurePolicy = "Redistribute", AffinityKeyName = "affinity" };
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Affinity = affinity }.With(("Retry.MaxRetries", "2")), ill, well);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (ill.Hits, well.Hits, response.StatusCode).Should().Be((3, 0, HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Leaves_an_address_that_a_transform_has_set()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var other = await Backend.AnsweringAsync(200);
        await using var chosen = await Backend.AnsweringAsync(503, 200);
        var settings = new GatewaySettings
        {
            After = proxy => proxy.AddTransforms(transforms => transforms.AddRequestTransform(transform =>
            {
                transform.ProxyRequest.RequestUri = new(chosen.Address);
                return ValueTask.CompletedTask;
            })),
        };
        await using var gateway = await Gateway.StartAsync(settings, ill, other);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (ill.Hits, other.Hits, chosen.Hits, response.StatusCode).Should().Be((0, 0, 2, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Can_be_turned_off()
    {
        await using var ill = await Backend.AnsweringAsync(503, 200);
        await using var other = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("Failover.Enabled", "false")), ill, other);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (ill.Hits, other.Hits).Should().Be((2, 0));
    }

    [Fact]
    public async Task Is_paid_for_by_the_budget_of_the_destination_that_failed()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var other = await Backend.AnsweringAsync(503);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("Retry.Budget.Capacity", "1"), ("Retry.MaxRetries", "1")), ill, other);

        for (var call = 0; call < 3; call++)
        {
            using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        }

        (ill.Hits, other.Hits).Should().Be((3, 1));
        gateway.Cluster.RetryBudgets.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Partition = "d0", Level = 0 });
    }
}
