using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TotalTimeoutTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Leaves_the_client_without_a_timer_of_its_own()
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(20)));

        host.Client.Timeout.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Leaves_the_clients_own_where_there_is_none()
    {
        using var host = new TestHost(client => client.AddRetry());

        host.Client.Timeout.Should().Be(TimeSpan.FromSeconds(100));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    public void Leaves_what_the_user_set_on_the_client(double seconds)
    {
        using var host = new TestHost(client => client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(seconds)));

        host.Client.Timeout.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Ends_a_call_whatever_sends_it_and_whatever_stands_inside(bool throughClient, bool withAttemptTimeout)
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(
            client => (withAttemptTimeout ? client.AddAttemptTimeout() : client).AddTotalTimeout(TimeSpan.FromSeconds(2)), upstream.Url, clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        var sending = throughClient ? host.Client.SendAsync(request, Cancelled) : host.Invoker.SendAsync(request, Cancelled);
        await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        var thrown = (await sending.Invoking(call => call).Should().ThrowAsync<TotalTimeoutException>()).Which;
        (thrown.Timeout, thrown.Attempts).Should().Be((TimeSpan.FromSeconds(2), 1));
    }

    // Something else than that client may be what sends the call.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Ends_a_call_that_no_client_sends_though_one_has_a_shorter_timeout(bool isOfRequest, bool withAttemptTimeout)
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(
            client =>
            {
                client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(1));
                client.AddTotalTimeout(TimeSpan.FromSeconds(isOfRequest ? 60 : 2)).AddRetry();
                if (withAttemptTimeout)
                    client.AddAttemptTimeout();
            },
            upstream.Url,
            clock: new VirtualClock());
        host.Client.Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);
        if (isOfRequest)
            request.SetTimeout(TimeSpan.FromSeconds(2));

        var sending = host.Invoker.SendAsync(request, Cancelled);
        await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        (await sending.Invoking(call => call).Should().ThrowAsync<TotalTimeoutException>()).Which.Timeout.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Leaves_a_shorter_timeout_of_the_client_to_the_client()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(client => client.AddTotalTimeout().AddRetry().AddAttemptTimeout().ConfigureHttpClient(http => http.Timeout = TimeSpan.FromMilliseconds(100)), upstream.Url, inRealTime: true);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        await sending.Should().ThrowAsync<TaskCanceledException>().WithInnerException(typeof(TimeoutException));
    }

    [Fact]
    public async Task Of_a_request_ends_its_call()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(url: upstream.Url, clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));

        var sending = host.Client.SendAsync(request, Cancelled);
        await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        var thrown = (await sending.Invoking(call => call).Should().ThrowAsync<TotalTimeoutException>()).Which;
        (thrown.Timeout, thrown.Attempts).Should().Be((TimeSpan.FromSeconds(2), 1));
    }

    [Fact]
    public async Task Of_a_request_covers_a_buffered_body_of_unknown_length()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("halfway").Chunked().StallAfter(3));
        using var host = new TestHost(url: upstream.Url, clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(0.5));

        var buffering = response.Content.LoadIntoBufferAsync(Cancelled);
        var left = await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(left);

        left.Should().Be(TimeSpan.FromSeconds(1.5));
        (await buffering.Awaiting(body => body).Should().ThrowAsync<TotalTimeoutException>()).Which.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task Leaves_the_token_of_who_gives_up_a_buffered_body_in_the_exception()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("halfway").Chunked().StallAfter(3));
        using var host = new TestHost(url: upstream.Url, clock: new VirtualClock());
        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var caller = new CancellationTokenSource();

        var buffering = response.Content.LoadIntoBufferAsync(caller.Token);
        await caller.CancelAsync();

        (await buffering.Awaiting(body => body).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_request_does_not_end_a_download_that_its_caller_copies(bool async)
    {
        var late = new LateStream("a file"u8.ToArray());
        using var host = new TestHost(primary: new ScriptedUpstream((_, _) => new() { Content = new StreamContent(late) }), clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var file = new MemoryStream();

        var copying = async ? response.Content.CopyToAsync(file, Cancelled) : Task.Run(() => response.Content.CopyTo(file, null, Cancelled), Cancelled);
        while (late.Reads == 0)
            await Task.Yield();
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        late.Arrive();
        await copying;

        file.ToArray().Should().Equal("a file"u8.ToArray());
    }

    [Fact]
    public async Task Of_a_request_lets_a_body_in_time_pass()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("whole").Chunked());
        using var host = new TestHost(url: upstream.Url, clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));

        using var response = await Task.Run(() => host.Client.Send(request, Cancelled), Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Fact]
    public async Task Of_a_request_leaves_no_room_for_a_retry_that_would_end_after_it()
    {
        using var host = new TestHost(client => client.AddRetry(retry => (retry.Jitter, retry.BaseDelay) = (Jitter.None, TimeSpan.FromSeconds(3))), primary: new ScriptedUpstream(503));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(4.5));

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(2, RetryStopReason.DeadlineTooClose));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(90_000)]
    public void Of_a_request_is_bounded(double seconds)
    {
        using var request = new HttpRequestMessage();

        var setting = () => request.SetTimeout(TimeSpan.FromSeconds(seconds));

        setting.Should().Throw<ArgumentOutOfRangeException>();
    }
}
