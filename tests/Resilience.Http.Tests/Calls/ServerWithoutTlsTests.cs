using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A server, or its balancer, that speaks no TLS yet.</summary>
public sealed class ServerWithoutTlsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_asked_again()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = AnswerInClearAsync(server, times: 2);
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 1), new Uri($"https://{server.LocalEndpoint}/"));

        var call = () => host.Client.PostAsync("/", new StringContent("order"), Cancelled);

        (await call.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.SecureConnectionError);
        await answering.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);
    }

    // As a balancer does whose TLS is not configured yet.
    private static async Task AnswerInClearAsync(TcpListener server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await server.AcceptTcpClientAsync(Cancelled);
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[50], Cancelled);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancelled);
            await stream.CopyToAsync(Stream.Null, Cancelled).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }
}
