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

    private TestHost Host() => new(client => client.AddRetry().AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: new ReadingUpstream(Stream.Null, _ => { }), clock: _clock);

    private sealed class StallingSource() : MemoryStream([1, 2, 3])
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }
}
