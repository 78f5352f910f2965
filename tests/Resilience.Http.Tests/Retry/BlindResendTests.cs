using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>SocketsHttpHandler sends a request without a content again of itself where a pooled connection closes: whether the server has acted on it or not.</summary>
public sealed class BlindResendTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "POST", false)]
    [InlineData(false, "POST", false)]
    [InlineData(false, "PATCH", false)]
    [InlineData(false, "REBOOT", false)]
    [InlineData(false, "POST", true)]
    public async Task What_is_not_idempotent_is_sent_once_even_without_content(bool isGoneThen, string method, bool isDisabled)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new SocketsHttpHandler();
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.Zero), primary: transport);
        var serving = ServeAsync(listener, isGoneThen);
        var address = new Uri($"http://{listener.LocalEndpoint}/");
        (await host.Client.GetAsync(address, Cancelled)).Dispose();
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (isDisabled)
            request.DisableRetries();

        var call = host.Client.Awaiting(client => client.SendAsync(request, Cancelled));

        (await call.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ResponseEnded);
        (request.GetRetryReport()?.Attempts ?? 1).Should().Be(1);
        request.Content.Should().BeNull();
        listener.Stop();
        (await serving).Should().Be(1);
    }

    /// <summary>Answers a GET on its first connection, and closes every connection on which anything else has come.</summary>
    /// <returns>How much of that has come.</returns>
    private static async Task<int> ServeAsync(TcpListener listener, bool isGoneThen)
    {
        var others = 0;
        while (true)
        {
            using var connection = await AcceptAsync(listener);
            if (connection is null)
                return others;

            using var reader = new StreamReader(connection.GetStream());
            while (await ReadHeadAsync(reader) is { } head)
            {
                if (!head.StartsWith("GET", StringComparison.Ordinal))
                {
                    others++;
                    if (isGoneThen)
                        listener.Stop();
                    break;
                }

                await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }
    }

    private static async Task<TcpClient?> AcceptAsync(TcpListener listener)
    {
        try
        {
            return await listener.AcceptTcpClientAsync();
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static async Task<string?> ReadHeadAsync(StreamReader reader)
    {
        var first = await reader.ReadLineAsync();
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        return first;
    }
}
