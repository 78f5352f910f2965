using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Resilience.Http.Yarp.Tests.Streams;

/// <summary>A WebSocket outlives every timeout: as an upgrade of HTTP/1.1 (RFC 6455) or as a stream of HTTP/2 (RFC 8441), on either side.</summary>
public sealed class WebSocketTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1, HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http2)]
    [InlineData(HttpProtocols.Http1, HttpProtocols.Http2)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http1)]
    public async Task Stays_open(HttpProtocols front, HttpProtocols back)
    {
        var clock = new FakeTimeProvider();
        await using var backend = await Backend.StartAsync(EchoAsync, back);
        await using var gateway = await Gateway.StartAsync(
            new GatewaySettings
            {
                Before = proxy => proxy.Services.AddSingleton<TimeProvider>(clock),
                Protocols = front,
                Request = new() { Version = VersionOf(back), VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = TimeSpan.FromDays(1) },
            },
            backend);
        using var client = new ClientWebSocket { Options = { HttpVersion = VersionOf(front), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };

        await client.ConnectAsync(new(gateway.Address.Replace("http", "ws", StringComparison.Ordinal)), gateway.Client, Cancelled);
        var before = await AskAsync(client, "before");
        clock.Advance(TimeSpan.FromHours(1));
        var after = await AskAsync(client, "after");
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);

        (before, after, client.CloseStatus, backend.Hits).Should().Be(($"{VersionOf(back)}: before", $"{VersionOf(back)}: after", WebSocketCloseStatus.NormalClosure, 1));
    }

    private static Version VersionOf(HttpProtocols protocol) => protocol is HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var (version, gone) = (context.Request.Protocol is "HTTP/2" ? "2.0" : "1.1", context.RequestAborted);
        for (var text = await ReceiveAsync(socket, gone); text is not null; text = await ReceiveAsync(socket, gone))
            await socket.SendAsync(Encoding.UTF8.GetBytes($"{version}: {text}"), WebSocketMessageType.Text, endOfMessage: true, gone);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, gone);
    }

    private static async Task<string?> AskAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        return await ReceiveAsync(socket, Cancelled);
    }

    /// <returns>Null once the other side has closed.</returns>
    private static async Task<string?> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        var message = await socket.ReceiveAsync(buffer, cancellationToken);
        return message.MessageType is WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, message.Count);
    }
}
