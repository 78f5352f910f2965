using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Requests that a server does not take as they were written: to this connection (421), or with this expectation (417).</summary>
public sealed class CorrectedRequestTests
{
    private readonly ConcurrentQueue<string> _sent = new();
    private Queue<(int Status, Version Version)> _answers = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("POST", 2)]
    [InlineData("PATCH", 3)]
    public async Task A_misdirected_request_goes_again_over_another_connection(string method, int version)
    {
        _answers = new([(421, new(version, 0)), (200, HttpVersion.Version11)]);

        var (status, request) = await SendAsync(new(method), message => (message.Version, message.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrHigher));

        status.Should().Be(200);
        _sent.Should().Equal($"{method} 2.0 RequestVersionOrHigher ", $"{method} 1.1 RequestVersionExact ");
        (request.Version, request.VersionPolicy).Should().Be((HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrHigher));
    }

    [Fact]
    public async Task From_http_1_it_does_not_go_again()
    {
        _answers = new([(421, HttpVersion.Version11)]);

        (await SendAsync(HttpMethod.Get)).Status.Should().Be(421);

        _sent.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_request_is_misdirected_once_whatever_comes_between()
    {
        _answers = new([(421, HttpVersion.Version20), (503, HttpVersion.Version11), (421, HttpVersion.Version20)]);

        var (status, request) = await SendAsync(HttpMethod.Put, message => message.Version = HttpVersion.Version20);

        status.Should().Be(421);
        _sent.Select(sent => sent.Split(' ')[1]).Should().Equal("2.0", "1.1", "1.1");
        request.Version.Should().Be(HttpVersion.Version20);
    }

    [Fact]
    public async Task An_expectation_that_cannot_be_met_is_dropped_once()
    {
        _answers = new([(417, HttpVersion.Version11), (417, HttpVersion.Version11)]);

        var (status, request) = await SendAsync(HttpMethod.Post, message => message.Headers.ExpectContinue = true);

        status.Should().Be(417);
        _sent.Should().Equal("POST 1.1 RequestVersionOrLower 100-continue", "POST 1.1 RequestVersionOrLower ");
        request.Headers.ExpectContinue.Should().BeTrue();
    }

    [Fact]
    public async Task Without_an_expectation_there_is_none_to_drop()
    {
        _answers = new([(417, HttpVersion.Version11)]);

        (await SendAsync(HttpMethod.Get)).Status.Should().Be(417);

        _sent.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_call_whose_last_attempt_throws_gets_its_request_back_too()
    {
        _answers = new([(421, HttpVersion.Version20), (0, HttpVersion.Version11)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Version = HttpVersion.Version20 };
        using var host = Host();

        await host.Awaiting(it => it.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<HttpRequestException>();

        (request.Version, request.VersionPolicy).Should().Be((HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    [InlineData(null, 2)]
    public async Task A_rule_of_the_users_may_forbid_it(bool? shouldRetry, int sent)
    {
        _answers = new([(421, HttpVersion.Version20), (200, HttpVersion.Version11)]);

        await SendAsync(HttpMethod.Post, retry: options => options.ShouldRetry = _ => shouldRetry);

        _sent.Should().HaveCount(sent);
    }

    [Fact]
    public async Task No_wait_and_no_budget_is_spent_on_it()
    {
        _answers = new([(421, HttpVersion.Version20), (200, HttpVersion.Version11)]);
        using var host = Host(retry => retry.Budget!.Capacity = 1);

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Clock.Timers.Should().BeEmpty();
        host.Inside.RetryBudgets.Should().OnlyContain(budget => budget.Level == 1);
    }

    [Fact]
    public async Task It_does_not_wait_though_a_retry_before_it_did()
    {
        _answers = new([(503, HttpVersion.Version20), (421, HttpVersion.Version20), (200, HttpVersion.Version11)]);
        using var host = Host(retry => retry.Jitter = Jitter.None);

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Clock.Timers.Should().ContainSingle();
    }

    // Its server may speak nothing else.
    [Fact]
    public async Task From_http_2_without_TLS_it_does_not_go_again()
    {
        _answers = new([(421, HttpVersion.Version20)]);

        var (status, _) = await SendAsync(HttpMethod.Get, message => message.RequestUri = new("http://upstream.test/"));

        status.Should().Be(421);
        _sent.Should().HaveCount(1);
    }

    private async Task<(int Status, HttpRequestMessage Request)> SendAsync(HttpMethod method, Action<HttpRequestMessage>? configure = null, Action<RetryOptions>? retry = null)
    {
        using var host = Host(retry);
        using var request = new HttpRequestMessage(method, "/");
        configure?.Invoke(request);
        using var response = await host.Client.SendAsync(request, Cancelled);
        return ((int)response.StatusCode, request);
    }

    private TestHost Host(Action<RetryOptions>? retry = null) => new(client => client.AddRetry(retry), new("https://upstream.test/"), primary: new ScriptedUpstream((request, _) =>
    {
        _sent.Enqueue($"{request.Method} {request.Version} {request.VersionPolicy} {request.Headers.Expect}");
        var (status, version) = _answers.Dequeue();
        return status == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new((HttpStatusCode)status) { Version = version };
    }));
}
