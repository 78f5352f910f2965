using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Who pays for retries where a server, or a handler of the client, chooses another name for each attempt. Without a budget there would be four attempts a call.</summary>
public sealed class RedirectBudgetTests
{
    private const int Calls = 100;
    private const int All = 4 * Calls;
    private const int WithinOneBudget = Calls + 50;

    [Fact]
    public async Task All_targets_of_a_redirector_have_one_budget_besides_their_own()
        => (await CountAsync(static _ => { }, Redirect(503))).Should().Be(WithinOneBudget);

    [Fact]
    public async Task Behind_a_foreign_handler_too()
        => (await CountAsync(static client => client.AddHttpMessageHandler(static () => new Choosing("upstream.test")).AddResilience().AddAttemptTimeout(), Redirect(503))).Should().Be(WithinOneBudget);

    [Fact]
    public async Task What_a_retry_took_goes_back_to_it()
        => (await CountAsync(static _ => { }, Redirect(503, 200))).Should().Be(2 * Calls);

    [Fact]
    public async Task A_target_whose_own_budget_is_empty_takes_none_of_it()
    {
        var attempts = 0;
        using var host = Host(static _ => { }, (request, _) => Answer(request, ++attempts > WithinOneBudget + Calls ? $"http://x{attempts}.test/" : "http://dead.test/", 503));

        await SendAsync(host, "http://dead.test/");
        await SendAsync(host);
        attempts.Should().Be(WithinOneBudget + Calls);
        await SendAsync(host);

        attempts.Should().Be(WithinOneBudget + Calls + WithinOneBudget);
    }

    [Fact]
    public async Task Servers_that_a_foreign_handler_chooses_have_their_own()
        => (await CountAsync(static client => client.AddHttpMessageHandler(static () => new Choosing(null)).AddResilience().AddAttemptTimeout(), static (_, _) => new(HttpStatusCode.ServiceUnavailable))).Should().Be(All);

    [Fact]
    public async Task Servers_that_a_policy_chooses_have_their_own()
    {
        var chosen = 0;
        var policy = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = (handler, call) =>
            {
                call.Request.RequestUri = new($"http://server{++chosen}.test/");
                return handler.SendOnAsync(call);
            },
        };

        (await CountAsync(client => client.AddPolicy(policy), static (_, _) => new(HttpStatusCode.ServiceUnavailable))).Should().Be(All);
    }

    [Fact]
    public async Task Targets_take_no_place_of_a_server_that_was_called()
    {
        using var host = Host(
            static _ => { },
            static (request, attempt) => request.RequestUri!.Host == "shop.test" ? new(HttpStatusCode.ServiceUnavailable) : Answer(request, $"http://x{attempt}.test/", 503),
            static retry => retry.Budget!.MaxPartitions = 1);
        await host.GetAsync("http://shop.test/");

        await SendAsync(host);

        host.Inside.RetryBudgets.Should().ContainSingle(budget => budget.Partition == "http://shop.test:80").Which.Level.Should().Be(47);
    }

    private static Func<HttpRequestMessage, int, HttpResponseMessage> Redirect(params int[] statuses)
        => (request, attempt) => Answer(request, $"http://x{attempt}.test/", statuses[attempt % statuses.Length]);

    private static HttpResponseMessage Answer(HttpRequestMessage request, string target, int status)
    {
        // As the transport does when it follows a redirect.
        request.RequestUri = new(target);
        return new((HttpStatusCode)status);
    }

    private static TestHost Host(Action<IResilientHttpClientBuilder> inside, Func<HttpRequestMessage, int, HttpResponseMessage> answer, Action<RetryOptions>? configure = null)
    {
        var attempts = 0;
        return new(
            client => inside(client.AddRetry(retry =>
            {
                retry.BaseDelay = TimeSpan.Zero;
                configure?.Invoke(retry);
            })),
            primary: new ScriptedUpstream((request, _) => answer(request, attempts++)));
    }

    private static async Task SendAsync(TestHost host, string address = "/")
    {
        for (var call = 0; call < Calls; call++)
            (await host.Client.GetAsync(address, TestContext.Current.CancellationToken)).Dispose();
    }

    private static async Task<int> CountAsync(Action<IResilientHttpClientBuilder> inside, Func<HttpRequestMessage, int, HttpResponseMessage> answer)
    {
        var attempts = 0;
        using var host = Host(inside, (request, attempt) => answer(request, attempts = attempt));
        await SendAsync(host);
        return attempts + 1;
    }

    /// <summary>Sends each attempt to a host, one that was never seen if none is named, and leaves the address.</summary>
    private sealed class Choosing(string? host) : DelegatingHandler
    {
        private static int _hosts;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Host = host ?? $"server{Interlocked.Increment(ref _hosts)}.test" }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
