using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>With real threads: <see cref="HttpClient.Send(HttpRequestMessage)"/> on one that runs what is posted to it, as that of a user interface does, but only once it is free.</summary>
public sealed class SynchronousContextTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_content_that_wants_its_thread_back_does_not_block_it(bool isRequest)
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxBufferedRequestBytes = 1000), primary: new Transport(isRequest ? null : new Reluctant()), inRealTime: true);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = isRequest ? new Reluctant() : null };

        var status = await RunAsync(() => host.Client.Send(request).StatusCode).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        status.Should().Be(HttpStatusCode.OK);
    }

    private static Task<T> RunAsync<T>(Func<T> run)
    {
        var ended = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Busy());
            ended.SetResult(run());
        })
        { IsBackground = true };
        thread.Start();
        return ended.Task;
    }

    private sealed class Busy : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback, object?)> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));
    }

    private sealed class Reluctant : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await Task.Yield();
            stream.WriteByte(0);
        }

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.WriteByte(0);

        protected override bool TryComputeLength(out long length)
        {
            length = 1;
            return true;
        }
    }

    private sealed class Transport(HttpContent? answer) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Content?.CopyTo(Stream.Null, null, cancellationToken);
            return new() { Content = answer, RequestMessage = request };
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
