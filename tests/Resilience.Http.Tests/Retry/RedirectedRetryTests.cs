using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Calls that fail where a redirect led them: what is known of the last hop proves nothing about the first.</summary>
public sealed class RedirectedRetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_that_led_to_a_refused_connection_is_not_repeated()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(303).WithHeader("Location", $"{ScriptedServer.RefusedUrl}receipt"));
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);

        var sending = () => host.Client.PostAsync("/orders", new StringContent("one pizza"), Cancelled);

        await sending.Should().ThrowAsync<HttpRequestException>();
        upstream.Attempts.Select(request => request.Method).Should().Equal("POST");
    }

    [Fact]
    public async Task A_post_that_led_to_a_limit_is_not_repeated()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(303).WithHeader("Location", "/receipt"), Reply.Status(429), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);

        using var response = await host.Client.PostAsync("/orders", new StringContent("one pizza"), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        upstream.Attempts.Select(request => request.Method).Should().Equal("POST", "GET");
    }

    [Fact]
    public async Task An_address_that_an_inner_handler_rewrote_is_no_redirect()
    {
        var upstream = new ScriptedUpstream(429, 200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new AddsKey()), primary: upstream);

        using var response = await host.Client.PostAsync("/orders", new StringContent("one pizza"), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_safe_is_repeated_from_the_start()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(302).WithHeader("Location", "/elsewhere"), Reply.Status(429), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts.Select(request => request.Path).Should().Equal("/", "/elsewhere", "/");
    }

    [Fact]
    public async Task What_a_retry_took_goes_back_to_the_budget_that_it_was_taken_from()
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.From((request, _) => Task.FromResult(Redirected(request, "http://target.test/", 503)))).Then(200));
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);

        await host.GetAsync();

        host.Inside.RetryBudgets.Select(budget => (budget.Partition, budget.Level)).Should().Equal(("http://target.test:80", 50));
    }

    private static HttpResponseMessage Redirected(HttpRequestMessage request, string target, int status)
    {
        // As the transport does when it follows a redirect.
        request.RequestUri = new(target);
        return new((HttpStatusCode)status);
    }

    private sealed class AddsKey : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new($"{request.RequestUri}?api_key=1");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
