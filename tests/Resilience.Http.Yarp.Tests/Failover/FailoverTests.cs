using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http.Yarp.Tests.Failover;

public sealed class FailoverTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task Goes_to_another_destination_after_a_503()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(ill, well);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (ill.Hits, well.Hits, response.StatusCode).Should().Be((1, 1, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Keeps_the_path_and_the_query_as_they_were_written()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { PathPrefix = "/base/" }, ill, well);

        using var response = await gateway.Client.GetAsync(new Uri("/a%2Fb/c%20d?x=%2F&y=%7B", UriKind.Relative), TestContext.Current.CancellationToken);

        // YARP itself writes %2F of a path as %252F.
        ill.Requests.Should().Equal("GET /base/a%252Fb/c%20d?x=%2F&y=%7B");
        well.Requests.Should().Equal(ill.Requests);
    }

    [Fact]
    public async Task Goes_on_at_once_whatever_wait_the_first_one_asks_for()
    {
        await using var ill = await Backend.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, "3600");
            return Task.CompletedTask;
        });
        await using var well = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(ill, well);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Passes_by_a_destination_whose_circuit_is_open()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("CircuitBreaker.ConsecutiveFailures", "1")), ill, well);

        for (var call = 0; call < 5; call++)
            (await gateway.Client.GetStringAsync(Root, TestContext.Current.CancellationToken)).Should().NotBeEmpty();

        (ill.Hits, well.Hits).Should().Be((1, 5));
    }

    [Fact]
    public async Task Sends_a_body_elsewhere_that_was_not_sent_because_of_an_open_circuit()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("CircuitBreaker.ConsecutiveFailures", "1")), ill, well);

        await gateway.Client.GetStringAsync(Root, TestContext.Current.CancellationToken);
        using var response = await gateway.Client.PostAsync(Root, new StringContent("body"), TestContext.Current.CancellationToken);

        (ill.Hits, response.StatusCode).Should().Be((1, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Waits_and_begins_again_when_all_destinations_have_failed()
    {
        await using var first = await Backend.AnsweringAsync(503);
        await using var second = await Backend.AnsweringAsync(503, 200);
        await using var gateway = await Gateway.StartAsync(first, second);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (first.Hits, second.Hits, response.StatusCode).Should().Be((2, 2, HttpStatusCode.OK));
    }

    [Theory]
    [InlineData("CircuitBreaker", DestinationHealth.Unknown)]
    [InlineData("TransportFailureRate", DestinationHealth.Healthy)]
    public async Task Tells_passive_health_of_a_destination_whose_circuit_opens(string policy, DestinationHealth other)
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.AnsweringAsync(200);
        var settings = new GatewaySettings { Health = new() { Passive = new() { Enabled = true, Policy = policy } } }.With(("CircuitBreaker.ConsecutiveFailures", "2"), ("CircuitBreaker.BreakDuration", "00:00:50"));
        await using var gateway = await Gateway.StartAsync(settings, ill, well);

        for (var call = 0; call < 4; call++)
            await gateway.Client.GetStringAsync(Root, TestContext.Current.CancellationToken);

        (ill.Hits, well.Hits).Should().Be((2, 4));
        gateway.HealthOf("d0").Should().Be(DestinationHealth.Unhealthy);
        gateway.HealthOf("d1").Should().Be(other);
    }

    [Theory]
    [InlineData("ünï a b")]
    [InlineData("pod#0123456789abcdef0123456789abcdef")]
    [InlineData("zero\u200bwidth")]
    [InlineData(null)]
    public async Task Tells_passive_health_whatever_the_id_of_the_destination(string? id)
    {
        id ??= new('x', 300);
        await using var ill = await Backend.AnsweringAsync(503);
        var settings = new GatewaySettings { IdOf = _ => id, Health = new() { Passive = new() { Enabled = true, Policy = "CircuitBreaker" } } }.With(("CircuitBreaker.ConsecutiveFailures", "2"));
        await using var gateway = await Gateway.StartAsync(settings, ill);

        for (var call = 0; call < 2; call++)
            (await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken)).Dispose();

        gateway.HealthOf(id).Should().Be(DestinationHealth.Unhealthy);
    }

    [Fact]
    public async Task Sends_a_body_elsewhere_that_met_no_server()
    {
        await using var gone = await Backend.AnsweringAsync(200);
        await using var well = await Backend.StartAsync(async context => await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync()));
        await gone.DisposeAsync();
        await using var gateway = await Gateway.StartAsync(gone, well);

        using var response = await gateway.Client.PostAsync(Root, new StringContent("body"), TestContext.Current.CancellationToken);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be("body");
    }

    [Fact]
    public async Task Tells_the_other_destination_the_host_that_is_set_for_it()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        await using var well = await Backend.StartAsync(context => context.Response.WriteAsync(context.Request.Host.Value!));
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { HostOf = static at => $"host{at}.test" }, ill, well);

        (await gateway.Client.GetStringAsync(Root, TestContext.Current.CancellationToken)).Should().Be("host1.test");
    }
}
