using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A body of which the server has taken but a byte, or which the transport sends again. What the content has written goes again, and nothing else.</summary>
public sealed class CutOffBodyTests
{
    private const uint RefusedStream = 7;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_again_when_the_server_takes_its_time()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var upstream = new Http2Upstream(times: 5, stream => stream == 1 ? (Http2Upstream.Answer(stream), false) : (End(stream, reached), false), window: 1);
        var clock = new VirtualClock();
        using var host = new TestHost(client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (20, TimeSpan.Zero)).AddAttemptTimeout(TimeSpan.FromSeconds(5)), upstream.Url, clock: clock);
        await SendAsync(host, HttpMethod.Get, content: null);

        var call = SendAsync(host, HttpMethod.Put, JsonContent.Create(Once(1, 2, 3)));
        await reached.Task.WaitAsync(Cancelled);
        clock.Advance(TimeSpan.FromSeconds(5));

        (await call).Should().Be(HttpStatusCode.OK);
        upstream.Body.Should().Be("[1,2,3]");
    }

    [Theory]
    [InlineData(307)]
    [InlineData(401)]
    public async Task Is_not_sent_again_empty_where_it_was_too_long_to_be_copied(int status)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(status).WithHeader("Location", "/moved").WithHeader("WWW-Authenticate", "Basic realm=shop"), Reply.Status(503), Reply.Ok());
        using var transport = new SocketsHttpHandler { Credentials = new NetworkCredential("shop", "secret") };
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxBufferedRequestBytes = 5), upstream.Url, primary: transport);
        using var content = JsonContent.Create(Once(1, 2, 3));

        var call = () => host.Client.PutAsync("/", content, Cancelled);

        (await call.Should().ThrowAsync<HttpRequestException>()).WithMessage("*7 bytes when it was first sent, and to 2 when*");
        host.Log.Lines.Should().NotContain(line => line.Contains("503", StringComparison.Ordinal));
    }

    // It says nothing to the first, and refuses those after it until there is room for a whole body.
    private static byte[] End(int stream, TaskCompletionSource reached)
    {
        reached.TrySetResult();
        return stream == 3 ? [] : [.. Http2Upstream.Window(stream < 9 ? 1u : 100), .. Http2Upstream.ResetStream(stream, RefusedStream)];
    }

    // Serialized twice, it would be empty.
    private static IEnumerable<int> Once(params int[] numbers) => Rest(new Queue<int>(numbers));

    private static IEnumerable<int> Rest(Queue<int> numbers)
    {
        while (numbers.TryDequeue(out var number))
            yield return number;
    }

    private static async Task<HttpStatusCode> SendAsync(TestHost host, HttpMethod method, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        return response.StatusCode;
    }
}
