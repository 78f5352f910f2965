using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class DefaultsTests
{
    private const string Standard = "TotalTimeout (30 s) → Retry (3 times, 0.25 to 20 s, Full jitter) → CircuitBreaker";

    [Fact]
    public async Task Reach_a_client_that_names_no_policy()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults().AddHttpClient("orders"), 503, 200);

        var status = await host.GetAsync("orders");

        status.Should().Be(200);
        host.Registry["orders"].ToString().Should().StartWith($"orders: {Standard}").And.EndWith("AttemptTimeout (10 s)");
    }

    [Fact]
    public async Task Reach_a_client_that_was_registered_before()
    {
        using var host = new DefaultsHost(services => services.AddHttpClient("orders").Services.AddResilienceDefaults(), 503, 200);

        (await host.GetAsync("orders")).Should().Be(200);
    }

    [Theory]
    [InlineData("nobody registered this name")]
    [InlineData("")]
    public async Task Reach_names_that_nobody_registered(string name)
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(), 503, 200);

        (await host.GetAsync(name)).Should().Be(200);
    }

    [Fact]
    public async Task Reach_typed_clients()
    {
        using var host = new DefaultsHost(services => services.AddHttpClient<ReadmeCode.CatalogClient>().Services.AddResilienceDefaults(), 503, 200);

        (await DefaultsHost.GetAsync(host.Services.GetRequiredService<ReadmeCode.CatalogClient>().Http)).Should().Be(200);
    }

    [Fact]
    public async Task Reach_keyed_clients()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults().AddHttpClient("orders").AddAsKeyed(), 503, 200);
        await using var scope = host.Services.CreateAsyncScope();

        (await DefaultsHost.GetAsync(scope.ServiceProvider.GetRequiredKeyedService<HttpClient>("orders"))).Should().Be(200);
    }

    [Fact]
    public async Task Reach_whoever_asks_for_the_chain_alone()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(), 503, 200);
        using var http = new HttpClient(host.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("orders"), disposeHandler: false);

        (await DefaultsHost.GetAsync(http, "http://upstream.test/")).Should().Be(200);
    }

    [Fact]
    public void Are_changed_in_code()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(standard =>
        {
            standard.Retry.MaxRetries = 1;
            standard.IdempotencyKey = new();
        }));

        host.ChainOf("orders").Should().StartWith("orders: TotalTimeout (30 s) → IdempotencyKey (Idempotency-Key, Raw) → Retry (1 time");
    }

    [Fact]
    public void Add_up_if_they_are_registered_twice()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(standard => standard.Retry.MaxRetries = 1)
            .AddResilienceDefaults(standard => standard.AttemptTimeout.Timeout = TimeSpan.FromSeconds(2)));

        host.ChainOf("orders").Should().Contain("Retry (1 time").And.EndWith("AttemptTimeout (2 s)");
    }

    [Fact]
    public async Task Stand_outside_the_handlers_of_the_client()
    {
        var seen = 0;
        using var host = new DefaultsHost(services => services.AddHttpClient("orders").AddHttpMessageHandler(() => new CountingHandler(() => seen++)).Services.AddResilienceDefaults(), 503, 200);

        await host.GetAsync("orders");

        seen.Should().Be(2);
    }

    [Fact]
    public void End_calls_themselves_unless_the_client_has_a_timeout()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults().AddHttpClient("slow", http => http.Timeout = TimeSpan.FromSeconds(100)));

        (host.Client("orders").Timeout, host.Client("slow").Timeout).Should().Be((Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(100)));
    }

    [Fact]
    public void Make_a_client_known_when_it_is_first_used()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults().AddHttpClient("orders"));
        host.Registry.All.Should().BeEmpty();

        host.Client("orders").Dispose();

        host.Registry.All.Select(client => client.Name).Should().Equal("orders");
    }

    [Fact]
    public async Task Give_every_client_and_authority_a_circuit_of_its_own()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(standard => standard.CircuitBreaker.ConsecutiveFailures = 4), 503);

        await host.GetAsync("orders", "http://a.test/");
        (await host.GetAsync("orders", "http://b.test/")).Should().Be(503);
        (await host.GetAsync("carts", "http://a.test/")).Should().Be(503);

        host.Registry["orders"].Circuits.Select(circuit => circuit.ToString()).Should().BeEquivalentTo("http://a.test:80: Open", "http://b.test:80: Open");
        host.Registry["carts"].Circuits.Select(circuit => circuit.ToString()).Should().Equal("http://a.test:80: Open");
    }

    private sealed class CountingHandler(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
