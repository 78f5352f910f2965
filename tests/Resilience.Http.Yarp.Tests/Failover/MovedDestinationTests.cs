using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Resilience.Http.Yarp.Tests.Failover;

/// <summary>A destination that gets another address while a call is under way: what the others are asked for does not depend on it.</summary>
public sealed class MovedDestinationTests
{
    private static readonly Uri Order = new("/order/1?x=2", UriKind.Relative);

    [Theory]
    [InlineData("/a/much/longer/prefix/than/the/whole/address/of/the/order")]
    [InlineData("/v2")]
    public async Task Another_is_asked_for_the_same_after_the_first_has_moved(string prefix)
    {
        await using var first = await Backend.AnsweringAsync(503);
        await using var third = await Backend.AnsweringAsync(200);
        Action move = () => { };
        await using var second = await Backend.StartAsync(context =>
        {
            move();
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync(first, second, third);
        move = () => Move(gateway, first.Address + prefix, second.Address, third.Address);

        using var response = await gateway.Client.GetAsync(Order, TestContext.Current.CancellationToken);

        third.Requests.Should().Equal("GET /order/1?x=2");
    }

    [Fact]
    public async Task Another_is_asked_under_its_own_prefix_after_all_have_moved()
    {
        Action move = () => { };
        await using var first = await Backend.StartAsync(context =>
        {
            move();
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var second = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { PathPrefix = "/v1/" }, first, second);
        move = () => Move(gateway, first.Address, second.Address);

        using var response = await gateway.Client.GetAsync(Order, TestContext.Current.CancellationToken);

        second.Requests.Should().Equal("GET /order/1?x=2");
    }

    private static void Move(Gateway gateway, params string[] addresses)
        => gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update([new GatewaySettings().Route], [new GatewaySettings().ClusterOf(addresses)]);
}
