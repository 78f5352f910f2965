using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;

namespace Resilience.Http.Tests;

public sealed class RetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(520)]
    [InlineData(529)]
    [InlineData(599)]
    public async Task Sends_again_until_the_server_recovers(int status)
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.Jitter = Jitter.Equal));
        host.Upstream.Answer(status, status, 200);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Upstream.Requests.Should().Be(3);
        host.Clock.Timers.Should().HaveCount(2);
    }

    [Fact]
    public async Task Gives_the_last_response_whole_when_the_attempts_are_used_up()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 2));
        host.Upstream.Answer(Response.Create().WithStatusCode(503).WithBody("down for maintenance"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("down for maintenance");
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(3, RetryStopReason.AttemptsUsedUp));
    }

    [Fact]
    public async Task Disposes_every_response_but_the_last()
    {
        var upstream = new ScriptedUpstream(503, 503, 200);
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);

        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true, true, false);
    }

    [Fact]
    public async Task Sends_once_when_the_request_disables_retries()
    {
        using var host = new TestHost(client => client.AddRetry());
        host.Upstream.Answer(503, 200);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.DisableRetries();

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task Asks_the_users_rule_instead_of_its_own()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.ShouldRetry = result => result.Outcome.Kind is OutcomeKind.NotFound));
        host.Upstream.Answer(404, 200);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_the_users_rule_leaves_open_its_own_decides()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.ShouldRetry = result => result.Outcome.Kind is OutcomeKind.NotFound ? true : null));
        host.Upstream.Answer(404, 503, 501);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.NotImplemented);
        host.Upstream.Requests.Should().Be(3);
    }

    [Theory]
    [InlineData("PUT", 1)]
    [InlineData("GET", 2)]
    public async Task The_users_rule_may_forbid_one_method_and_leave_the_others(string method, int requests)
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.ShouldRetry = result => result.Request.Method == HttpMethod.Put ? false : null));
        host.Upstream.Answer(503, 200);
        using var request = new HttpRequestMessage(new(method), "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        host.Upstream.Requests.Should().Be(requests);
    }

    [Fact]
    public void Covers_the_synchronous_call()
    {
        using var host = new TestHost(client => client.AddRetry());
        host.Upstream.Answer(503, 503, 200);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = host.Client.Send(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Upstream.Requests.Should().Be(3);
    }
}
