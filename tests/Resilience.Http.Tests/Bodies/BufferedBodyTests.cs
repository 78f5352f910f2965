using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What a success's body costs before it is handed out.</summary>
public sealed class BufferedBodyTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Takes_memory_for_what_arrives_and_not_for_what_was_announced()
    {
        using var announced = Announcing(Mebibyte, new MemoryStream(new byte[3]));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var whole = BodyPeek.BufferAsync(announced, Bounds(Mebibyte), async: false, TestContext.Current.CancellationToken);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        (await whole).Should().BeTrue();
        taken.Should().BeLessThan(32 * 1024);
    }

    [Fact]
    public async Task Is_left_to_the_caller_if_it_is_longer_than_it_was_announced()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxBufferedResponseBytes = 100), primary: new ScriptedUpstream((_, _) => Announcing(10, new MemoryStream(new byte[5000]))));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");

        using var response = await host.Invoker.SendAsync(request, TestContext.Current.CancellationToken);

        (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Should().HaveCount(5000);
    }

    [Fact]
    public async Task Is_known_to_policies_though_that_of_the_attempt_before_was_not()
    {
        var told = new List<int>();
        await using var upstream = ScriptedServer.Start(Reply.Status(503, "sorry"), Reply.Ok("whole"));
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(breaker => breaker.IsFailure = Note), upstream.Url, inRealTime: true);

        await host.GetAsync();

        told.Should().Equal(0, 5);

        bool? Note(AttemptResult result)
        {
            told.Add(result.ReadBody().Length);
            return null;
        }
    }

    [Fact]
    public async Task Is_tried_again_if_it_breaks()
    {
        var bodies = new Queue<Stream>([new BreakingStream(), new MemoryStream(Encoding.UTF8.GetBytes("whole"))]);
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream((_, _) => Announcing(5, bodies.Dequeue())));

        (await host.Client.GetStringAsync("/", TestContext.Current.CancellationToken)).Should().Be("whole");
    }

    private static BodyBounds Bounds(int bytes) => new(bytes, Timeout.InfiniteTimeSpan, TimeProvider.System);

    private static HttpResponseMessage Announcing(long length, Stream body)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) };
        response.Content.Headers.ContentLength = length;
        return response;
    }

    private sealed class BreakingStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The connection broke.");
    }
}
