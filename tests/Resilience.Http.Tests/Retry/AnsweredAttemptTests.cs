using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What came after an answer proves nothing about whether the server has acted: it has.</summary>
public sealed class AnsweredAttemptTests
{
    private const uint RefusedStream = 7;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_whose_answer_had_begun_is_not_repeated_because_its_stream_is_called_refused()
    {
        using var upstream = new Http2Upstream(times: 1, stream => ([.. Http2Upstream.Headers(stream), .. Http2Upstream.ResetStream(stream, RefusedStream)], Closes: false));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);

        var post = () => SendAsync(host, HttpMethod.Post);

        await post.Should().ThrowAsync<HttpRequestException>();
        upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task A_refusal_in_the_middle_of_an_answer_counts_for_the_circuit()
    {
        using var upstream = new Http2Upstream(times: 1, stream => ([.. Http2Upstream.Headers(stream, length: 9), .. Http2Upstream.ResetStream(stream, RefusedStream)], Closes: false));
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), upstream.Url);

        await Record.ExceptionAsync(() => SendAsync(host, HttpMethod.Get));

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task A_keyed_post_that_was_redirected_may_have_been_processed_whatever_became_of_the_redirect()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(303).WithHeader("Location", "/receipt"), Reply.Status(429), Reply.Status(409));
        using var host = new TestHost(client => client.AddIdempotencyKey(keys => keys.Profile = IdempotencyProfile.Mangopay).AddRetry(), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders") { Content = new StringContent("one pizza") };

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.AlreadyDone);
    }

    [Theory]
    [InlineData(0.6, 0, 3)]
    [InlineData(1.2, 0.7, 1)]
    public async Task An_answer_about_the_key_is_handed_out_though_its_body_stalls(double secondsLeft, double secondsBetween, int attempts)
    {
        using var upstream = new ScriptedUpstream((_, _) => new(HttpStatusCode.Conflict) { Content = new StreamContent(new LateStream([])) });
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(secondsLeft)).AddIdempotencyKey()
                .AddRetry(retry => (retry.MaxRetries, retry.BaseDelay, retry.Jitter) = (2, TimeSpan.FromSeconds(secondsBetween), Jitter.None)).AddAttemptTimeout(TimeSpan.FromSeconds(0.5)),
            primary: upstream, clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("one pizza") };

        using var response = await host.Clock.AdvanceUntilAsync(host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled));

        response.StatusCode.Should().Be(HttpStatusCode.Conflict);
        upstream.Attempts.Should().HaveCount(attempts);
        host.Clock.Timers.Should().Contain(TimeSpan.FromSeconds(secondsLeft / 2));
    }

    private static async Task SendAsync(TestHost host, HttpMethod method)
    {
        using var request = new HttpRequestMessage(method, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        (await host.Client.SendAsync(request, Cancelled)).Dispose();
    }
}
