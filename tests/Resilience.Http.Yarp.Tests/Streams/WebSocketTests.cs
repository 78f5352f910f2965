using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Yarp.ReverseProxy.Configuration;

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

    [Fact]
    public async Task Stays_open_whatever_becomes_of_its_cluster()
    {
        var settings = new GatewaySettings();
        await using var backend = await Backend.StartAsync(EchoAsync);
        await using var gateway = await Gateway.StartAsync(settings, backend);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new(gateway.Address.Replace("http", "ws", StringComparison.Ordinal)), gateway.Client, Cancelled);
        List<string?> said = [await AskAsync(client, "before")];

        gateway.Change(settings.With(("TokenBucket.PermitsPerSecond", "5")), backend);
        said.Add(await AskAsync(client, "others"));
        gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update([], []);
        said.Add(await AskAsync(client, "gone"));

        said.Should().Equal("1.1: before", "1.1: others", "1.1: gone");
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
