using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Over real sockets, and mostly in real time: what is tested is that the transport's own reads end.</summary>
public sealed class StalledBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_of_known_length_that_stalls_is_a_failed_attempt()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("halfway").StallAfter(3), Reply.Ok("whole"));
        using var host = new TestHost(client => client.AddRetry().AddAttemptTimeout(TimeSpan.FromSeconds(0.5)), upstream.Url, inRealTime: true);

        var body = await host.Client.GetStringAsync("/", Cancelled);

        body.Should().Be("whole");
        upstream.Attempts.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_stalls_while_it_is_searched_for_advice_neither_hides_nor_delays_the_status(bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(429, "halfway").WithHeader("Retry-After", "0").Chunked().StallAfter(3), Reply.Ok("whole"));
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(8)).AddRetry(retry => retry.BaseDelay = TimeSpan.Zero).AddAttemptTimeout(TimeSpan.FromSeconds(0.8)).AddGitHubAdvice(), upstream.Url, clock: new());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        var call = async ? host.Client.SendAsync(request, Cancelled) : SendAsync(host.Client, request);
        // The attempt, and the search for advice in what it has brought.
        await host.Clock.WaitForTimersAsync(2, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(0.8));
        using var response = await call;

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_buffered_body_that_stalls_or_drips_ends_within_the_total_timeout(bool drips)
    {
        var reply = Reply.Ok(new string('x', 1000)).Chunked();
        await using var upstream = ScriptedServer.Start(drips ? reply.Dripping(TimeSpan.FromMilliseconds(50)) : reply.StallAfter(3));
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddRetry().AddAttemptTimeout(), upstream.Url, inRealTime: true);

        var reading = () => host.Client.GetStringAsync("/", Cancelled);

        (await reading.Should().ThrowAsync<TotalTimeoutException>()).Which.Timeout.Should().Be(TimeSpan.FromSeconds(0.5));
    }

    // What was registered is no timer of this client's.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_buffered_body_ends_within_the_total_timeout_though_a_shorter_timeout_was_registered(bool withAttemptTimeout)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("halfway").Chunked().StallAfter(3));
        using var host = new TestHost(
            client =>
            {
                client.AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddRetry().ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(0.25));
                if (withAttemptTimeout)
                    client.AddAttemptTimeout();
            },
            upstream.Url,
            inRealTime: true);
        using var client = host.Client;
        client.Timeout = Timeout.InfiniteTimeSpan;

        var reading = () => client.GetStringAsync("/", Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        (await reading.Should().ThrowAsync<TotalTimeoutException>()).Which.Timeout.Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task A_download_by_an_invoker_is_nobodys_buffer_though_there_is_a_client_of_the_name()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok(new string('x', 20)).Chunked().Dripping(TimeSpan.FromMilliseconds(50)));
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddRetry().AddAttemptTimeout(), upstream.Url, inRealTime: true);
        host.Client.Dispose();
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);
        using var response = await host.Invoker.SendAsync(request, caller.Token);
        var file = new BufferedStream(new MemoryStream());

        await (await response.Content.ReadAsStreamAsync(caller.Token)).CopyToAsync(file, caller.Token);

        file.Length.Should().Be(20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_passed_on_to_another_server_is_nobodys_buffer(bool asStream)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok(new string('x', 20)).Chunked().Dripping(TimeSpan.FromMilliseconds(50)));
        await using var target = ScriptedServer.Start(Reply.Ok("got it"));
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddRetry().AddAttemptTimeout(), upstream.Url, inRealTime: true);
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);
        using var response = await host.Invoker.SendAsync(request, caller.Token);
        using var plain = new HttpClient();

        using var passedOn = await plain.PutAsync(target.Url, asStream ? new StreamContent(await response.Content.ReadAsStreamAsync(caller.Token)) : response.Content, Cancelled);

        target.Attempts.Should().ContainSingle().Which.Text.Should().HaveLength(20);
    }

    [Theory]
    [InlineData(205, "X-Length: none", true)]
    [InlineData(205, "X-Length: none", false)]
    [InlineData(200, "Content-Length: 0", true)]
    [InlineData(404, "Content-Length: 0", false)]
    public async Task A_response_that_should_have_no_body_but_goes_on_ends_within_the_total_timeout(int status, string header, bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(status, "halfway").WithHeader(header.Split(": ")[0], header.Split(": ")[1]).Chunked().StallAfter(0));
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddRetry().AddAttemptTimeout(), upstream.Url, inRealTime: true);

        var sending = () => async ? host.Client.GetAsync("/", Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled) : SendAsync(host.Client);

        await sending.Should().ThrowAsync<TotalTimeoutException>();
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(304, true)]
    [InlineData(204, false)]
    public async Task In_http2_a_response_lasts_until_its_stream_ends_and_no_longer_than_the_total_timeout(int status, bool retries)
    {
        using var upstream = new Http2Upstream(times: 1, stream => (Http2Upstream.Headers(stream, length: 0, status), Closes: false));
        using var host = new TestHost(client => (retries ? client.AddRetry() : client).AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddAttemptTimeout(), upstream.Url, inRealTime: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var sending = () => host.Client.SendAsync(request, Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        await sending.Should().ThrowAsync<TotalTimeoutException>();
    }

    // Disposing it to end a read may take as long as the transport takes to drain it.
    [Fact]
    public async Task A_body_that_Send_buffers_is_read_with_a_token_that_ends_it()
    {
        using var upstream = new ScriptedUpstream((_, _) => new(HttpStatusCode.OK) { Content = new StreamContent(new EndedByTokenOnly()) });
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.2)).AddAttemptTimeout(), primary: upstream, inRealTime: true);

        var sending = () => SendAsync(host.Client);

        await sending.Should().ThrowAsync<TotalTimeoutException>();
    }

    [Fact]
    public async Task A_call_that_the_total_timeout_of_the_client_ended_is_logged()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.2)).AddRetry().AddAttemptTimeout(), upstream.Url, inRealTime: true);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        await sending.Should().ThrowAsync<TotalTimeoutException>();
        host.Log.Lines.Should().ContainSingle(line => line.StartsWith("Warning 10", StringComparison.Ordinal)).Which.Should().Match("Warning 101: * ended in Timeout after * s without a retry; stopped: DeadlinePassed.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_problem_whose_body_stalls_is_what_its_status_says(bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(500, """{"title":"Out of order"}""").WithHeader("Content-Type", "application/problem+json").Chunked().StallAfter(3));
        using var host = new TestHost(client => client.AddProblemDetails(problems => problems.ReadTimeout = TimeSpan.FromSeconds(0.2)).AddAttemptTimeout(), upstream.Url, inRealTime: true);

        var sending = () => async ? host.Client.GetAsync("/", Cancelled) : SendAsync(host.Client);

        (await sending.Should().ThrowAsync<ProblemDetailsException>()).Which.Problem.Should().BeEquivalentTo(new { Status = HttpStatusCode.InternalServerError, Title = "Internal Server Error" });
    }

    [Fact]
    public async Task A_problem_is_waited_for_half_of_what_the_call_has_left()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(500, """{"title":"Out of order"}""").WithHeader("Content-Type", "application/problem+json").Chunked().StallAfter(3));
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(2)).AddProblemDetails(), upstream.Url, inRealTime: true);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        (await sending.Should().ThrowAsync<ProblemDetailsException>()).Which.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_streamed_body_of_unknown_length_stays_a_stream()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("first, and then nothing").Chunked().StallAfter(5));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered).AddAttemptTimeout(), upstream.Url, inRealTime: true);

        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancelled);
        var first = new byte[5];
        await stream.ReadExactlyAsync(first, Cancelled);

        first.Should().Equal("first"u8.ToArray());
    }

    // A synchronous call that never ends must not keep the tests from ending.
    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage? request = null)
        => Task.Run(() => client.Send(request ?? new(HttpMethod.Get, "/"), Cancelled), Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

    private sealed class EndedByTokenOnly : ForwardOnlyStream
    {
        public override bool CanRead => true;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing could end it.");

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => await new TaskCompletionSource<int>().Task.WaitAsync(cancellationToken);
    }
}
