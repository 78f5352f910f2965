using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class RetryingContentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Never_passes_a_failures_body_off_as_that_of_the_success_the_caller_saw()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Status(400, "error page"));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);
        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        var reading = () => response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled);

        await reading.Should().ThrowAsync<HttpRequestException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_body_that_breaks_off_in_every_attempt_ends_in_what_the_transport_said(int retries)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4));
        using var host = new TestHost(client => client.AddRetry(retry => (retry.ResponseBodies, retry.MaxRetries) = (ResponseBodies.Buffered, retries)), upstream.Url);

        var reading = () => host.Client.GetAsync("/", Cancelled);

        await reading.Should().ThrowAsync<HttpRequestException>();
        upstream.Attempts.Should().HaveCount(1 + retries);
    }

    [Fact]
    public async Task A_body_that_breaks_off_pays_nothing_back_and_is_told_as_the_failure_it_is()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4));
        using var host = new TestHost(client => client.AddRetry(retry => (retry.ResponseBodies, retry.Budget) = (ResponseBodies.Buffered, new() { Capacity = 4 })), upstream.Url);

        for (var call = 0; call < 3; call++)
            await FluentActions.Awaiting(() => host.Client.GetAsync("/", Cancelled)).Should().ThrowAsync<HttpRequestException>();

        (upstream.Attempts.Count, host.Inside.RetryBudgets.Single().Level).Should().Be((3 + 4, 0));
        host.Log.Lines.Should().HaveCount(3).And.OnlyContain(line => line.StartsWith("Warning 10", StringComparison.Ordinal));
    }

    // A handler disposes the request's body, which may have to go again until the response's is whole.
    [Theory]
    [InlineData("read")]
    [InlineData("streamed")]
    [InlineData("left")]
    [InlineData("broken")]
    [InlineData("judged by a rule that throws")]
    public async Task Lets_go_of_the_requests_body_in_the_end(string use)
    {
        await using var upstream = ScriptedServer.Start(use is "broken" ? Reply.Ok("half of it").Chunked().CutAfter(4) : Reply.Ok("whole").Chunked());
        using var host = new TestHost(
            client => client.AddRetry(retry =>
            {
                (retry.ResponseBodies, retry.MaxRetries) = (ResponseBodies.Buffered, 1);
                if (use.StartsWith("judged", StringComparison.Ordinal))
                    retry.ShouldRetry = _ => throw new InvalidOperationException("a rule");
            }).AddHttpMessageHandler(() => new DisposesBody()),
            upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = new TrackedContent(new StreamContent(new MemoryStream([1, 2, 3]))) };

        try
        {
            using var response = await host.Client.SendAsync(request, use is "streamed" or "left" ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Cancelled);
            if (use is "streamed")
                await (await response.Content.ReadAsStreamAsync(Cancelled)).CopyToAsync(Stream.Null, Cancelled);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            use.Should().BeOneOf("broken", "judged by a rule that throws");
        }

        request.Content.Should().BeOfType<TrackedContent>().Which.IsDisposed.Should().BeTrue();
    }

    public static TheoryData<string, Reply[]> Failing => new()
    {
        { "another status takes its place", [Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Status(204)] },
        { "another success takes its place", [Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Status(206, "part")] },
        { "it stalls", [Reply.Status(503), Reply.Ok("half of it").Chunked().StallAfter(4)] },
        { "it is too long to be held back", [Reply.Status(503), Reply.Ok(new('x', 2000)).Chunked().CutAfter(1500)] },
    };

    [Theory]
    [MemberData(nameof(Failing), DisableDiscoveryEnumeration = true)]
    public async Task What_fails_by_its_body_pays_nothing_back_if_(string what, Reply[] replies)
    {
        await using var upstream = ScriptedServer.Start([.. replies, .. replies, .. replies]);
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(what == "it stalls" ? 0.5 : 30)).AddRetry(retry =>
                (retry.ResponseBodies, retry.Budget, retry.MaxBufferedResponseBytes, retry.BaseDelay) = (ResponseBodies.Buffered, new() { Capacity = 9 }, 1000, TimeSpan.Zero)),
            upstream.Url,
            inRealTime: true);

        for (var call = 0; call < 3; call++)
            await FluentActions.Awaiting(() => host.Client.GetAsync("/", Cancelled)).Should().ThrowAsync<HttpRequestException>(what);

        host.Inside.RetryBudgets.Single().Level.Should().Be(6, what);
        host.Log.Lines.Should().HaveCount(3).And.OnlyContain(line => line.StartsWith("Warning 10", StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData("buffered")]
    [InlineData("streamed")]
    [InlineData("unread")]
    public async Task A_body_that_does_not_break_pays_back_what_its_retry_has_taken(string read)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok("whole").Chunked());
        using var host = new TestHost(client => client.AddRetry(retry => (retry.ResponseBodies, retry.Budget) = (ResponseBodies.Buffered, new() { Capacity = 4 })), upstream.Url);
        using var response = await SendAsync(host);
        var before = host.Inside.RetryBudgets.Single().Level;

        if (read == "buffered")
            await response.Content.LoadIntoBufferAsync(Cancelled);
        else if (read == "streamed")
            _ = await response.Content.ReadAsStreamAsync(Cancelled);
        else
            response.Dispose();

        (before, host.Inside.RetryBudgets.Single().Level).Should().Be((3, 4));
        host.Log.Lines.Should().ContainSingle().Which.Should().StartWith("Information 100");
    }

    [Fact]
    public async Task A_body_that_breaks_off_in_every_attempt_but_the_last_arrives()
    {
        var broken = Reply.Ok("half of it").Chunked().CutAfter(4);
        await using var upstream = ScriptedServer.Start(broken, broken, broken, Reply.Ok("whole").Chunked());
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Fact]
    public async Task A_body_that_cannot_be_unpacked_is_a_broken_one()
    {
        var bodies = new Queue<HttpContent>([new StreamContent(new GZipStream(new MemoryStream("no gzip at all"u8.ToArray()), CompressionMode.Decompress)), new StringContent("whole")]);
        using var upstream = new ScriptedUpstream((_, _) => new HttpResponseMessage { Content = bodies.Dequeue() });
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), primary: upstream);

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Fact]
    public async Task A_body_too_long_to_be_read_within_the_attempt_that_took_its_place_may_break_off_too()
    {
        await using var upstream = ScriptedServer.Start(
            Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Ok(new('x', 2000)).CutAfter(4), Reply.Ok("whole"));
        using var host = new TestHost(
            client => client.AddRetry(retry => (retry.ResponseBodies, retry.MaxBufferedResponseBytes) = (ResponseBodies.Buffered, 1000)), upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Fact]
    public async Task What_broke_is_told_if_the_request_is_disposed_meanwhile()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);
        using var response = await SendAsync(host);

        var reading = () => response.Content.ReadAsStringAsync(Cancelled);

        (await reading.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ResponseEnded);
    }

    [Fact]
    public async Task What_broke_is_told_if_the_chain_is_disposed_meanwhile()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4));
        var transport = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(new RetryHandler(new RetryOptions { ResponseBodies = ResponseBodies.Buffered }) { InnerHandler = transport });
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);
        using var response = await invoker.SendAsync(request, Cancelled);
        invoker.Dispose();

        var reading = () => response.Content.ReadAsStringAsync(Cancelled);

        (await reading.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ResponseEnded);
    }

    [Fact]
    public async Task Trailers_are_those_of_the_body_that_arrived()
    {
        var attempts = 0;
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered),
            primary: new ScriptedUpstream((_, _) => Trailed(++attempts)));

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
        response.TrailingHeaders.Should().ContainSingle().Which.Value.Should().Equal("2");
    }

    [Fact]
    public async Task Fields_are_those_of_the_body_that_arrived_whatever_is_around_it()
    {
        var attempts = 0;
        using var host = new TestHost(
            client => client.AddTotalTimeout().AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered),
            primary: new ScriptedUpstream((_, _) => Trailed(++attempts)));

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.Content.Headers.NonValidated.Select(field => $"{field.Key}: {field.Value}").Should().Equal("Content-Language: 2");
    }

    private static async Task<HttpResponseMessage> SendAsync(TestHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    private static HttpResponseMessage Trailed(int attempt)
    {
        var response = new HttpResponseMessage { Content = new StreamedContent(attempt > 1 ? "whole" : null) };
        response.TrailingHeaders.Add("X-Attempt", $"{attempt}");
        response.Content.Headers.Add("Content-Language", $"{attempt}");
        return response;
    }

    /// <summary>A body of unknown length; none of it arrives if there is no text.</summary>
    private sealed class StreamedContent(string? text) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            => await stream.WriteAsync(Encoding.UTF8.GetBytes(text ?? throw new IOException()));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class DisposesBody : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.Content?.Dispose();
            }
        }
    }
}
