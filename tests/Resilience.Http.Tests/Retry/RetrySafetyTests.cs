using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;

namespace Resilience.Http.Tests;

public sealed class RetrySafetyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(421)]
    [InlineData(422)]
    [InlineData(501)]
    [InlineData(505)]
    [InlineData(506)]
    [InlineData(507)]
    [InlineData(508)]
    [InlineData(510)]
    [InlineData(511)]
    public async Task Does_not_repeat_what_another_attempt_cannot_mend(int status)
    {
        using var host = new TestHost(client => client.AddRetry());
        host.Upstream.Answer(status, 200);

        using var response = await host.Client.GetAsync("/", Cancelled);

        ((int)response.StatusCode).Should().Be(status);
        host.Upstream.Requests.Should().Be(1);
        host.Clock.Timers.Should().BeEmpty();
    }

    [Theory]
    [InlineData("POST", true, false, 2)]
    [InlineData("POST", false, true, 2)]
    [InlineData("POST", false, false, 1)]
    [InlineData("PATCH", false, true, 2)]
    public async Task Repeats_what_is_declared_to_be_repeatable(string method, bool byRequest, bool byOption, int attempts)
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.IsRepeatable = byOption ? sent => sent.RequestUri!.AbsolutePath == "/_search" : null));
        host.Upstream.Answer(503, 200);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/_search");
        if (byRequest)
            request.SetRepeatable();

        using var response = await host.Client.SendAsync(request, Cancelled);

        host.Upstream.Requests.Should().Be(attempts);
    }

    [Theory]
    [InlineData("POST", 503, 1)]
    [InlineData("PATCH", 500, 1)]
    [InlineData("POST", 408, 1)]
    [InlineData("POST", 429, 2)]
    [InlineData("PATCH", 425, 2)]
    [InlineData("PUT", 503, 2)]
    [InlineData("DELETE", 502, 2)]
    [InlineData("OPTIONS", 503, 2)]
    [InlineData("QUERY", 503, 2)]
    [InlineData("CUSTOM", 503, 1)]
    public async Task Repeats_only_what_is_safe(string method, int status, int attempts)
    {
        using var host = new TestHost(client => client.AddRetry());
        host.Upstream.Answer(status, 200);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        host.Upstream.Requests.Should().Be(attempts);
        request.GetRetryReport()!.Reason.Should().Be(attempts == 1 ? RetryStopReason.NotRepeatable : RetryStopReason.Final);
    }

    [Fact]
    public async Task Repeats_a_keyed_post_with_the_same_key_and_body()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry());
        host.Upstream.Answer(503, 503, 200);

        using var response = await host.Client.PostAsync("/", new StringContent("pay"), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Upstream.Server.LogEntries.Select(entry => entry.RequestMessage!.Body).Should().Equal("pay", "pay", "pay");
        host.Upstream.Server.LogEntries.Select(entry => entry.RequestMessage!.Headers!["Idempotency-Key"].ToString()).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Does_not_trust_a_key_that_no_policy_declared()
    {
        using var host = new TestHost(client => client.AddRetry());
        host.Upstream.Answer(503, 200);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", "k" } } };

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task Repeats_a_conflict_only_for_a_keyed_request()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry());
        host.Upstream.Answer(409, 200);

        using var response = await host.Client.PostAsync("/", null, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Upstream.Requests.Should().Be(2);
    }

    [Fact]
    public async Task Stops_when_the_server_replays_a_stored_failure()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry());
        host.Upstream.Answer(Response.Create().WithStatusCode(500).WithHeader("Idempotent-Replayed", "true"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        host.Upstream.Requests.Should().Be(1);
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.FailureReplayed));
    }
}
