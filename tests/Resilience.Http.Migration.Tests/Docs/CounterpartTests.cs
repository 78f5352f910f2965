using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Resilience.Http.Testing;

namespace Migration.Tests;

/// <summary>What the page offers where nothing here is the same as there.</summary>
public sealed class CounterpartTests : IAsyncDisposable
{
    private readonly ServiceCollection _services = new();
    private readonly VirtualClock _clock;
    private ServiceProvider? _provider;

    public CounterpartTests() => _clock = _services.AddVirtualClock();

    private ServiceProvider Provider => _provider ??= _services.BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
            await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", 423, 2)]
    [InlineData("GET", 503, 2)]
    [InlineData("GET", 501, 1)]
    [InlineData("PUT", 429, 1)]
    public async Task A_rule_adds_to_the_default_and_takes_from_it(string method, int status, int sent)
    {
        _services.AddResilientHttpClient("orders").AddRetry(MigrationCode.Narrower);
        var upstream = _services.AddScriptedUpstream("orders", script => script.Answer(status).Then(200));

        using var response = await SendAsync("orders", "https://orders.test/", method);

        upstream.Attempts.Should().HaveCount(sent);
    }

    [Fact]
    public async Task A_slow_server_is_left_for_another()
    {
        MigrationCode.InsteadOfHedging(_services);
        var upstream = _services.AddScriptedUpstream("catalog", script => script.Answer(Fault.Stall()).Then(200));

        using var response = await SendAsync("catalog", "books/1");

        upstream.Attempts.Select(attempt => attempt.Url.AbsoluteUri).Should().Equal("https://catalog-a.test/books/1", "https://catalog-b.test/books/1");
        Provider.GetRequiredService<ResilienceRegistry>()["catalog"].Circuits.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_client_keeps_its_hedging_beside_the_defaults()
    {
        _services.AddResilienceDefaults();
        _services.AddHttpClient("orders").AddStandardHedgingHandler().Configure(standard => standard.Hedging.Delay = TimeSpan.FromSeconds(1));
        var upstream = _services.AddScriptedUpstream("orders", script => script.Answer(Fault.Stall()).Then(200));

        using var response = await SendAsync("orders", "https://orders.test/");

        upstream.Attempts.Should().HaveCount(2);
        Provider.GetHandlerChain("orders").ToString().Should().NotContain("Retry (");
    }

    [Fact]
    public async Task An_exact_break_ends_when_a_test_expects_it()
    {
        _services.AddResilientHttpClient("orders").AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.BreakJitter) = (1, 0));
        _services.AddScriptedUpstream("orders", script => script.Answer(503).Then(200));
        using var failed = await SendAsync("orders", "https://orders.test/");

        _clock.Advance(new CircuitBreakerOptions().BreakDuration);
        using var response = await SendAsync("orders", "https://orders.test/");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Retries_go_on_until_the_total_timeout()
    {
        _services.AddResilientHttpClient("orders").AddTotalTimeout(TimeSpan.FromHours(1)).AddRetry(retry => (retry.MaxRetries, retry.Budget) = (int.MaxValue, null));
        _services.AddScriptedUpstream("orders", script => script.Answer(503));

        using var response = await SendAsync("orders", "https://orders.test/");

        response.RequestMessage!.GetRetryReport()!.Reason.Should().Be(RetryStopReason.DeadlineTooClose);
    }

    [Fact]
    public void A_client_without_a_total_timeout_keeps_the_timeout_of_HttpClient()
    {
        _services.AddResilientHttpClient("with").AddTotalTimeout().AddRetry();
        _services.AddResilientHttpClient("without").AddRetry();
        var clients = Provider.GetRequiredService<IHttpClientFactory>();

        clients.CreateClient("with").Timeout.Should().Be(Timeout.InfiniteTimeSpan);
        clients.CreateClient("without").Timeout.Should().Be(TimeSpan.FromSeconds(100));
    }

    private async Task<HttpResponseMessage> SendAsync(string client, string address, string method = "GET")
    {
        using var request = new HttpRequestMessage(new(method), address);
        return await _clock.AdvanceUntilAsync(Provider.GetRequiredService<IHttpClientFactory>().CreateClient(client).SendAsync(request, TestContext.Current.CancellationToken));
    }
}
