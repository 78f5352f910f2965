using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Resilience.Http.Yarp.Tests.Clusters;

public sealed class ClusterMetadataTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task Change_the_policies_while_the_proxy_runs_and_leave_their_state()
    {
        await using var backend = await Backend.AnsweringAsync(503);
        var settings = new GatewaySettings().With(("Retry.MaxRetries", "1"), ("CircuitBreaker.MinimumCalls", "9"));
        await using var gateway = await Gateway.StartAsync(settings, backend);
        using var before = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        var circuit = gateway.Cluster.Circuits.Single();

        gateway.Change(settings.With(("Retry.MaxRetries", "2")), backend);
        using var after = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        backend.Hits.Should().Be(2 + 3);
        gateway.Cluster.Circuits.Should().Equal(circuit);
    }

    [Fact]
    public async Task Add_a_policy_and_take_it_away_while_the_proxy_runs()
    {
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(backend);

        gateway.Change(new GatewaySettings().With(("TokenBucket.PermitsPerSecond", "0.01"), ("TokenBucket.Burst", "1"), ("TokenBucket.QueueLimit", "0")), backend);
        var limited = new[] { await StatusOf(gateway), await StatusOf(gateway) };
        gateway.Change(new GatewaySettings(), backend);

        limited.Should().Equal(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
        (await StatusOf(gateway)).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Take_all_policies_away()
    {
        await using var backend = await Backend.AnsweringAsync(503);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Metadata = new() { ["Resilience"] = "off" } }, backend);

        (await StatusOf(gateway), backend.Hits).Should().Be((HttpStatusCode.ServiceUnavailable, 1));
        gateway.Services.GetRequiredService<ResilienceRegistry>().All.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Retry.MaxRetries", "-1", "*'yarp:c (new)'*Retry.MaxRetries*0*")]
    [InlineData("Retrys.MaxRetries", "1", "*Metadata:Resilience:Retrys*unknown*")]
    public async Task Stop_the_host_if_they_are_invalid(string name, string value, string message)
    {
        await using var backend = await Backend.AnsweringAsync(200);

        var start = await FluentActions.Awaiting(() => Gateway.StartAsync(new GatewaySettings().With((name, value)), backend)).Should().ThrowAsync<InvalidOperationException>();

        start.Which.InnerException.Should().BeOfType<AggregateException>().Which.InnerExceptions.Should().ContainSingle().Which.Message.Should().Match(message);
    }

    [Fact]
    public async Task That_are_invalid_leave_what_is_in_force()
    {
        await using var backend = await Backend.AnsweringAsync(503);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("Retry.MaxRetries", "1")), backend);

        gateway.Change(new GatewaySettings().With(("Retry.MaxRetries", "-1")), backend);

        (await StatusOf(gateway), backend.Hits).Should().Be((HttpStatusCode.ServiceUnavailable, 2));
    }

    [Fact]
    public async Task Win_over_the_section_of_the_cluster_which_wins_over_that_of_all()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Resilience:*:Retry:MaxRetries", "7"), new("Resilience:*:AttemptTimeout:Timeout", "00:00:07"), new("Resilience:*:TotalTimeout:Timeout", "00:00:17"),
            new("Resilience:c:Retry:MaxRetries", "6"), new("Resilience:c:AttemptTimeout:Timeout", "00:00:06"),
        ]).Build();
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Section = configuration.GetSection("Resilience") }.With(("Retry.MaxRetries", "5")), backend);

        gateway.Cluster.ToString().Should().Match("yarp:c: TotalTimeout (17 s) → Retry (5 times*) → Failover → CircuitBreaker * → AttemptTimeout (6 s)");

        configuration["Resilience:c:AttemptTimeout:Timeout"] = "00:00:05";
        configuration.Reload();
        gateway.Cluster.ToString().Should().EndWith("AttemptTimeout (5 s)");
    }

    [Fact]
    public async Task A_section_that_names_another_policy_counts_from_the_next_request_on()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([]).Build();
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Section = configuration.GetSection("Resilience") }, backend);

        configuration["Resilience:c:TokenBucket:PermitsPerSecond"] = "5";
        configuration.Reload();
        await StatusOf(gateway);

        gateway.Cluster.TokenBuckets.Should().ContainSingle().Which.Partition.Should().Be("d0");
    }

    [Fact]
    public async Task A_cluster_that_is_gone_is_not_in_the_registry()
    {
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(backend);

        gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update([], []);

        gateway.Services.GetRequiredService<ResilienceRegistry>().All.Should().BeEmpty();
    }

    private static async Task<HttpStatusCode> StatusOf(Gateway gateway)
    {
        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
