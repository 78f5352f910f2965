using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What a redirect's target does is not the redirector's doing.</summary>
public sealed class RedirectBlameTests
{
    private const int Calls = 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503)]
    [InlineData(0)]
    public async Task A_target_that_fails_opens_no_circuit_and_spends_no_budget_of_the_redirector(int status)
    {
        await using var target = ScriptedServer.Start([.. Enumerable.Repeat(status == 0 ? Reply.Reset() : Reply.Status(status), 100)]);
        await using var redirector = ScriptedServer.Start([.. Enumerable.Repeat(Reply.Status(302).WithHeader("Location", $"{target.Url}"), 80), .. Enumerable.Repeat(Reply.Ok(), 20)]);
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.Zero).AddCircuitBreaker(), redirector.Url);

        for (var call = 0; call < Calls; call++)
            await SendAsync(host, HttpMethod.Get);

        host.Circuit.State.Should().Be(CircuitState.Closed);
        host.Inside.RetryBudgets.Select(budget => budget.Partition).Should().ContainSingle().Which.Should().Be(Authority(target.Url));
    }

    [Fact]
    public async Task Within_an_authority_it_is()
    {
        await using var upstream = ScriptedServer.Start([.. Enumerable.Repeat(new[] { Reply.Status(302).WithHeader("Location", "/target"), Reply.Status(503) }, Calls).SelectMany(pair => pair)]);
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 2), upstream.Url);

        await SendAsync(host, HttpMethod.Get);
        await SendAsync(host, HttpMethod.Get);

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task A_partition_that_was_named_has_it_counted()
    {
        await using var target = ScriptedServer.Start(Reply.Status(503));
        await using var redirector = ScriptedServer.Start(Reply.Status(302).WithHeader("Location", $"{target.Url}"));
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.PartitionBy) = (1, _ => "all")), redirector.Url);

        await SendAsync(host, HttpMethod.Get);

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task A_target_that_asks_for_a_pause_pauses_itself_though_a_foreign_handler_puts_the_address_back()
    {
        using var upstream = new ScriptedUpstream((request, _) =>
        {
            request.RequestUri = new("http://target.test/");
            return Answers.With(429, "Retry-After: 7");
        });
        using var host = new TestHost(
            client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100).AddHttpMessageHandler(() => new PutsBack()).AddResilience().AddCircuitBreaker(), primary: upstream);

        await host.GetAsync();

        host.Inside.TokenBuckets.Single().Pauses.Should().ContainSingle().Which.Authority.Should().Be("http://target.test:80");
    }

    [Fact]
    public async Task Targets_that_ask_for_pauses_end_none_of_a_server_that_was_called()
    {
        var targets = 0;
        using var upstream = new ScriptedUpstream((request, _) =>
        {
            if (request.RequestUri!.Host == "called.test")
                return Answers.With(429, "Retry-After: 7");

            request.RequestUri = new($"http://target.test:{++targets}/");
            return Answers.With(429, "Retry-After: 8");
        });
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 1_000_000), primary: upstream);

        (await host.Client.GetAsync("http://called.test/", Cancelled)).Dispose();
        for (var call = 0; call < 1000; call++)
            await host.GetAsync();

        host.Inside.TokenBuckets.Single().Pauses.Should().HaveCount(1000).And.Contain(pause => pause.Authority == "http://called.test:80");
    }

    [Fact]
    public async Task Nor_of_one_that_a_policy_chose()
    {
        var targets = 0;
        var finds = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = (handler, call) =>
            {
                if (call.Request.RequestUri!.Host == "service.test")
                    call.Request.RequestUri = new("http://endpoint.test/");
                return handler.SendOnAsync(call);
            },
        };
        using var upstream = new ScriptedUpstream((request, _) =>
        {
            if (request.RequestUri!.Host != "endpoint.test")
                request.RequestUri = new($"http://target.test:{++targets}/");
            return Answers.With(429, request.RequestUri.Host == "endpoint.test" ? "Retry-After: 7" : "Retry-After: 8");
        });
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.MaxRetries = 0).AddPolicy(finds).AddTokenBucket(bucket => bucket.PermitsPerSecond = 1_000_000), primary: upstream);

        (await host.Client.GetAsync("http://service.test/", Cancelled)).Dispose();
        for (var call = 0; call < 1000; call++)
            await host.GetAsync();

        host.Inside.TokenBuckets.Single().Pauses.Should().HaveCount(1000).And.Contain(pause => pause.Authority == "http://endpoint.test:80");
    }

    [Theory]
    [InlineData("http://a\u200db/")]
    [InlineData("http://xn--a.\u0440/")]
    public async Task A_target_whose_host_cannot_be_a_name_keeps_no_permit(string target)
    {
        using var upstream = new ScriptedUpstream((request, _) =>
        {
            request.RequestUri = new(target);
            return Task.FromException<HttpResponseMessage>(new UriFormatException("An invalid Unicode character by IDN standards was specified in the host."));
        });
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1 });
        using var host = new TestHost(client => client.AddRetry().AddRateLimiter(limiter).AddCircuitBreaker(), primary: upstream);

        await Record.ExceptionAsync(() => host.GetAsync());

        limiter.GetStatistics()!.CurrentAvailablePermits.Should().Be(1);
    }

    private static string Authority(Uri url) => url.AbsoluteUri.TrimEnd('/');

    private static async Task SendAsync(TestHost host, HttpMethod method)
    {
        using var request = new HttpRequestMessage(method, "/");
        try
        {
            (await host.Client.SendAsync(request, Cancelled)).Dispose();
        }
        catch (HttpRequestException e) when (e is not ResilienceException)
        {
        }
    }

    private sealed class PutsBack : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var address = request.RequestUri;
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = address;
            }
        }
    }
}
