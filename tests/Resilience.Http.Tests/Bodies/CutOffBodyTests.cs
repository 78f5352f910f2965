using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A server that takes but a byte of a body, or does not want it there, before it ends the attempt. What the content has written goes again, and nothing else.</summary>
public sealed class CutOffBodyTests
{
    private const uint NoError = 0;
    private const uint RefusedStream = 7;
    private const uint Cancel = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ends => ["refuses", "resets", "answers and resets", "takes its time"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Goes_again_when_the_server_(string ending)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var upstream = new Http2Upstream(times: 5, stream => stream == 1 ? (Http2Upstream.Answer(stream), false) : (End(stream, ending, reached), false), window: 1);
        var clock = new VirtualClock();
        using var host = new TestHost(client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (20, TimeSpan.Zero)).AddAttemptTimeout(TimeSpan.FromSeconds(5)), upstream.Url, clock: clock);
        await SendAsync(host, HttpMethod.Get, content: null);

        var call = SendAsync(host, HttpMethod.Put, JsonContent.Create(Once(1, 2, 3)));
        if (ending is "takes its time")
        {
            await reached.Task.WaitAsync(Cancelled);
            clock.Advance(TimeSpan.FromSeconds(5));
        }

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

    private static byte[] End(int stream, string ending, TaskCompletionSource reached)
    {
        reached.TrySetResult();
        var window = stream < 9 ? Http2Upstream.Window(1) : Http2Upstream.Window(100);
        return ending switch
        {
            "resets" => [.. window, .. Http2Upstream.ResetStream(stream, Cancel)],
            "answers and resets" => [.. window, .. Http2Upstream.Answer(stream, 429), .. Http2Upstream.ResetStream(stream, NoError)],
            "takes its time" when stream == 3 => [],
            _ => [.. window, .. Http2Upstream.ResetStream(stream, RefusedStream)],
        };
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
