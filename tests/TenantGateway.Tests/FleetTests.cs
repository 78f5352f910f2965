using System.Net;
using System.Text.Json.Nodes;
using WireMock.ResponseBuilders;

namespace TenantGateway.Tests;

/// <summary>Several gateways, what stands before and behind them, and plans that change.</summary>
public sealed class FleetTests : IDisposable
{
    private readonly InMemoryQuotaStore _store = new(new VirtualClock());
    private readonly WireMock.Server.WireMockServer _upstream = WireMock.Server.WireMockServer.Start();

    public FleetTests() => _upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithBody("fine"));

    public void Dispose() => _upstream.Dispose();

    [Fact]
    public async Task Gateways_share_the_limit_of_a_tenant()
    {
        await using var first = await GatewayUnderTest.StartAsync(store: _store, upstream: _upstream);
        await using var second = await GatewayUnderTest.StartAsync(store: _store, upstream: _upstream, folder: first.Folder);
        var key = await first.AddAsync("acme", "Free");
        await second.KnowsAsync(key);

        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 12; i++)
            answers.Add((await (i % 2 == 0 ? first : second).GetAsync(key)).StatusCode);

        answers.Count(status => status == HttpStatusCode.OK).Should().Be(10);
        _upstream.LogEntries.Should().HaveCount(10);
    }

    [Fact]
    public async Task An_upgrade_counts_while_the_gateway_runs()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(store: _store, upstream: _upstream);
        var key = await gateway.AddAsync("acme", "Free");
        for (var i = 0; i < 11; i++)
            await gateway.GetAsync(key);

        gateway.Tenants.SetPlan("acme", "Pro");

        await Wait.UntilAsync(async () => (await gateway.GetAsync(key)).Headers.GetValues("RateLimit-Policy").Single() == "\"Pro\";q=100;w=6");
    }

    [Fact]
    public async Task The_address_that_a_named_proxy_says_counts()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings => settings["KnownProxies"] = new JsonArray("127.0.0.1"), _store, _upstream);
        using var request = gateway.Request(await gateway.AddAsync("acme", "Free"));
        request.Headers.Add("X-Forwarded-For", "198.51.100.7, 203.0.113.66");

        await gateway.SendAsync(request);

        _upstream.LogEntries.Single().RequestMessage!.Headers!["X-Forwarded-For"].Should().Equal("203.0.113.66");
    }

    [Fact]
    public async Task Without_a_configuration_nobody_is_served()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(store: _store, upstream: _upstream);

        using var answer = await gateway.GetAsync(ApiKey.Create());
        using var health = await gateway.Client.GetAsync(new Uri(gateway.ManagementAddress, "/health/ready"), TestContext.Current.CancellationToken);

        (answer.StatusCode, health.StatusCode).Should().Be((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable));
        answer.Headers.RetryAfter.Should().NotBeNull();
    }

    [Fact]
    public async Task The_gateway_authorizes_itself_by_cluster()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings => settings["Authorization"] = new JsonObject { ["orders"] = "Bearer ours" }, _store, _upstream);
        var key = await gateway.AddAsync("acme", "Free");
        foreach (var (path, method) in new[] { ("/orders/1", HttpMethod.Post), ("/catalog/1", HttpMethod.Get) })
        {
            using var request = gateway.Request(key, path, method);
            request.Headers.Add("Authorization", "Bearer theirs");
            request.Headers.Add("Connection", "Authorization");
            await gateway.SendAsync(request);
        }

        var sent = _upstream.LogEntries.ToDictionary(entry => entry.RequestMessage!.Path, entry => entry.RequestMessage!.Headers!);
        sent["/orders/1"]["Authorization"].Should().Equal("Bearer ours");
        sent["/catalog/1"].Should().NotContainKey("Authorization");
    }
}
