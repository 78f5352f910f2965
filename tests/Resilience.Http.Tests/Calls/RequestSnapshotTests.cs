using System.Diagnostics;
using System.Net;

namespace Resilience.Http.Tests;

public sealed class RequestSnapshotTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public void Undoes_what_a_redirect_rewrites()
    {
        var content = new StringContent("body");
        var request = new HttpRequestMessage(HttpMethod.Post, "http://upstream/orders") { Content = content };
        request.Headers.Authorization = new("Bearer", "token");
        request.Headers.TransferEncodingChunked = true;
        var snapshot = Snapshots.Of(request);

        (request.Method, request.RequestUri, request.Content) = (HttpMethod.Get, new("http://upstream/elsewhere"), null);
        (request.Headers.Authorization, request.Headers.TransferEncodingChunked) = (null, false);
        snapshot.Restore(request);

        (request.Method, request.RequestUri, request.Content).Should().Be((HttpMethod.Post, new Uri("http://upstream/orders"), content));
        (request.Headers.Authorization?.Parameter, request.Headers.TransferEncodingChunked).Should().Be(("token", true));
    }

    [Fact]
    public void Undoes_a_change_of_version()
    {
        var request = new HttpRequestMessage { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        var snapshot = Snapshots.Of(request);

        (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        snapshot.Restore(request);

        (request.Version, request.VersionPolicy).Should().Be((HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrHigher));
    }

    [Fact]
    public void Restores_as_often_as_there_are_retries()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream/");
        request.Headers.Add("X-Kept", "1");
        var snapshot = Snapshots.Of(request);

        for (var retry = 0; retry < 3; retry++)
        {
            request.Headers.Add("X-Kept", "2");
            snapshot.Restore(request);
        }

        request.Headers.GetValues("X-Kept").Should().Equal("1");
    }

    [Fact]
    public void Forgets_one_request_before_the_next()
    {
        var first = new HttpRequestMessage(HttpMethod.Get, "http://upstream/1") { Headers = { { "X-First", "1" }, { "X-Both", "1" } } };
        var second = new HttpRequestMessage(HttpMethod.Get, "http://upstream/2") { Headers = { { "X-Both", "2" } } };
        var snapshot = Snapshots.Of(first);

        snapshot.Clear();
        snapshot.Take(second, now: 0);
        second.Headers.Clear();
        snapshot.Restore(second);

        Headers(second).Should().Equal("X-Both: 2");
    }

    [Fact]
    public void Costs_nothing_on_the_heap()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://upstream/") { Content = new ByteArrayContent([]) };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer token");
        request.Headers.Add("X-Custom", "1");
        request.Headers.Accept.Add(new("application/json"));
        var snapshot = Snapshots.Of(request);
        snapshot.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            snapshot.Take(request, now: 0);
            snapshot.Clear();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public async Task Sends_the_original_again_after_a_redirect_to_a_failure()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(302).WithHeader("Location", "/target"), Reply.Status(503), Reply.Ok());
        using var transport = new HttpMessageInvoker(new SocketsHttpHandler());
        using var activity = new Activity("call").Start();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(upstream.Url, "/orders")) { Content = new StringContent("body") };
        request.Headers.Authorization = new("Bearer", "token");
        var snapshot = Snapshots.Of(request);

        using var failed = await transport.SendAsync(request, _cancelled);
        snapshot.Restore(request);
        var restored = Headers(request);
        using var succeeded = await transport.SendAsync(request, _cancelled);

        upstream.Attempts.Select(sent => (sent.Method, sent.Path, sent.Text, sent.Header("Authorization"))).Should().Equal(
            ("POST", "/orders", "body", "Bearer token"), ("GET", "/target", "", null), ("POST", "/orders", "body", "Bearer token"));
        restored.Should().BeEquivalentTo("Authorization: Bearer token", "Content-Type: text/plain; charset=utf-8", "Content-Length: 4");
        upstream.Attempts[0].Header("traceparent").Should().NotBeNull();
    }

    private static List<string> Headers(HttpRequestMessage request)
        => [.. request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default).Select(header => $"{header.Key}: {string.Join(" | ", header.Value)}")];
}
