using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A source that stalls when its body is read, and looks at no token: nothing waits for it longer than it has to.</summary>
public sealed class StalledSourceTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task A_call_without_a_deadline_ends_though_its_source_never_does()
    {
        using var host = Host();
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/") { Content = new StreamContent(new StallingSource()) };

        var call = () => _clock.AdvanceUntilAsync(host.SendAsync(request));

        (await call.Should().ThrowAsync<AttemptTimeoutException>()).Which.WaitedForRequestBody.Should().BeTrue();
        request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.BodyNotReplayable);
    }

    [Fact]
    public async Task A_fresh_body_does_not_wait_for_the_one_that_has_stalled()
    {
        using var host = Host();
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/");
        var made = 0;
        request.SetContentFactory(() => new StreamContent(made++ == 0 ? new StallingSource() : new MemoryStream([1, 2, 3])));

        using var response = await _clock.AdvanceUntilAsync(host.SendAsync(request));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        request.GetRetryReport()!.Attempts.Should().Be(2);
    }

    [Theory]
    [InlineData(true, 0, "PUT", 503)]
    [InlineData(false, 0, "PUT", 503)]
    [InlineData(true, 20, "POST", 429)]
    public async Task An_answer_that_is_there_is_not_given_up_for_it(bool isBounded, int retryAfter, string method, int status)
    {
        Task? upload = null;
        using var upstream = new ScriptedUpstream((request, cancelled) =>
        {
            upload = request.Content!.CopyToAsync(Stream.Null, cancelled);
            return new((HttpStatusCode)status) { Content = new StringContent("busy"), Headers = { { "Retry-After", $"{retryAfter}" } } };
        });
        using var host = new TestHost(client => (isBounded ? client.AddTotalTimeout(TimeSpan.FromSeconds(60)) : client).AddRetry().AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream, clock: _clock);
        using var request = new HttpRequestMessage(new(method), "http://upstream.test/") { Content = new StreamContent(new StallingSource()) };
        var started = _clock.GetTimestamp();

        using var response = await _clock.AdvanceUntilAsync(host.SendAsync(request));

        ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be((status, "busy"));
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.BodyNotReplayable));
        _clock.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds((1.3 * retryAfter) + 3));
        host.Log.Lines.Should().NotContainMatch("*earlier outcomes*");
        upload!.IsCompletedSuccessfully.Should().BeFalse();
    }

    private TestHost Host() => new(client => client.AddRetry().AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: new ReadingUpstream(Stream.Null, _ => { }), clock: _clock);

    private sealed class StallingSource() : MemoryStream([1, 2, 3])
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }
}
