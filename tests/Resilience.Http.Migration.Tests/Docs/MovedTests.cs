using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Resilience.Http.Testing;

namespace Migration.Tests;

/// <summary>What the page shows of callbacks, pipelines and tests works, with this library and with the other.</summary>
public sealed class MovedTests
{
    // Who advances a clock in a loop may overtake a call on a busy machine; a timeout so long is not reached.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(50);

    private static readonly Dictionary<string, Action<IServiceCollection>> Registrations = new()
    {
        ["there"] = services => services.AddHttpClient("orders").AddStandardResilienceHandler(standard =>
            (standard.TotalRequestTimeout.Timeout, standard.AttemptTimeout.Timeout, standard.CircuitBreaker.SamplingDuration) = (2 * Long, Long, 2 * Long)),
        ["here"] = services => services.AddResilientHttpClient("orders").AddStandardPolicies(standard =>
            (standard.TotalTimeout.Timeout, standard.AttemptTimeout.Timeout, standard.CircuitBreaker.ProbeLease) = (Long, Long, TimeSpan.FromHours(1))),
    };

    public static TheoryData<string> Names => [.. Registrations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tests_run_as_they_are(string registration) => (await TestsCode.ThereAsync(Registered(registration))).Should().Be(HttpStatusCode.OK);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tests_run_on_the_test_kit(string registration) => (await TestsCode.HereAsync(Registered(registration))).Should().Be(HttpStatusCode.OK);

    [Fact]
    public async Task Callbacks_have_what_the_container_has()
    {
        var statistics = new MigrationCode.OrderStatistics();
        var services = Registered("here");
        services.AddSingleton(statistics);
        MigrationCode.Callbacks(services);

        await TestsCode.HereAsync(services);

        statistics.Retries.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Theory]
    [InlineData("GET", 423, 2)]
    [InlineData("GET", 503, 2)]
    [InlineData("GET", 501, 1)]
    [InlineData("PUT", 429, 1)]
    public async Task A_rule_adds_to_the_default_or_takes_from_it(string method, int status, int sent)
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("orders").AddRetry(MigrationCode.Narrower);
        var clock = services.AddVirtualClock();
        var upstream = services.AddScriptedUpstream("orders", script => script.Answer(status).Then(200));
        await using var provider = services.BuildServiceProvider();
        using var request = new HttpRequestMessage(new(method), "https://orders.test/");

        using var response = await clock.AdvanceUntilAsync(provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").SendAsync(request, TestContext.Current.CancellationToken));

        upstream.Attempts.Should().HaveCount(sent);
    }

    [Fact]
    public async Task A_slow_server_is_left_for_another()
    {
        var services = new ServiceCollection();
        MigrationCode.InsteadOfHedging(services);
        var clock = services.AddVirtualClock();
        var upstream = services.AddScriptedUpstream("catalog", script => script.Answer(Fault.Stall()).Then(200));
        await using var provider = services.BuildServiceProvider();

        using var response = await clock.AdvanceUntilAsync(provider.GetRequiredService<IHttpClientFactory>().CreateClient("catalog").GetAsync("books/1", TestContext.Current.CancellationToken));

        upstream.Attempts.Select(attempt => attempt.Url.AbsoluteUri).Should().Equal("https://catalog-a.test/books/1", "https://catalog-b.test/books/1");
        provider.GetRequiredService<ResilienceRegistry>()["catalog"].Circuits.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_client_keeps_its_hedging_beside_the_defaults()
    {
        var services = new ServiceCollection();
        services.AddResilienceDefaults();
        services.AddHttpClient("orders").AddStandardHedgingHandler().Configure(standard => standard.Hedging.Delay = TimeSpan.FromSeconds(1));
        var clock = services.AddVirtualClock();
        var upstream = services.AddScriptedUpstream("orders", script => script.Answer(Fault.Stall()).Then(200));
        await using var provider = services.BuildServiceProvider();

        using var response = await clock.AdvanceUntilAsync(provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync("https://orders.test/", TestContext.Current.CancellationToken));

        upstream.Attempts.Should().HaveCount(2);
        provider.GetHandlerChain("orders").ToString().Should().NotContain("Retry (");
    }

    [Fact]
    public async Task A_test_that_waits_for_the_end_of_a_break_sees_it_with_exact_breaks()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("orders").AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.BreakJitter) = (1, 0));
        var clock = services.AddVirtualClock();
        services.AddScriptedUpstream("orders", script => script.Answer(503).Then(200));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders");
        using var failed = await client.GetAsync("https://orders.test/", TestContext.Current.CancellationToken);

        clock.Advance(new CircuitBreakerOptions().BreakDuration);
        using var response = await client.GetAsync("https://orders.test/", TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_needs_no_pipeline()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("stock", http => http.BaseAddress = new("https://stock.test/"));
        var clock = services.AddVirtualClock();
        services.AddScriptedUpstream("stock", script => script.Answer(503).Then(200, "12"));
        await using var provider = services.BuildServiceProvider();

        var count = await clock.AdvanceUntilAsync(new ResilientStock(provider.GetRequiredService<IHttpClientFactory>()).CountAsync("a", TestContext.Current.CancellationToken));

        count.Should().Be(12);
    }

    private static ServiceCollection Registered(string registration)
    {
        var services = new ServiceCollection();
        Registrations[registration](services);
        return services;
    }
}
