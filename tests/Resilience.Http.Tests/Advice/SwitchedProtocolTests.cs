using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What follows a switch of protocols is a connection: whoever read from it, or put a stream in its place that cannot be written to, would break it.</summary>
public sealed class SwitchedProtocolTests
{
    [Theory]
    [InlineData("GET", HttpStatusCode.SwitchingProtocols)]
    [InlineData("CONNECT", HttpStatusCode.OK)]
    public async Task Advice_is_not_looked_for_in_a_connection(string method, HttpStatusCode status)
    {
        using var upstream = new ScriptedUpstream((request, _) => new(status) { RequestMessage = request, Content = new Connection() });
        using var host = new TestHost(client => client.AddRetry().AddAttemptTimeout().AddAdvice(new Curious()), primary: upstream);
        using var request = new HttpRequestMessage(new(method), "/");

        using var response = await host.SendAsync(request);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        stream.CanWrite.Should().BeTrue();
    }

    private sealed class Curious : IAdviceReader
    {
        public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => true;

        public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice) => advice;
    }

    private sealed class Connection : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new Socket());

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Socket : ForwardOnlyStream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);
    }
}
