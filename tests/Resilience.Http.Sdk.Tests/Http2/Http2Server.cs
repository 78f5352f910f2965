using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.Sdk.Tests;

/// <summary>Kestrel on a loopback socket, in HTTP/2 without TLS: it answers one request after the other, the last answer for good.</summary>
internal sealed class Http2Server : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<byte[]> _received = [];

    private Http2Server(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>The bodies of the requests, in order.</summary>
    public IReadOnlyList<byte[]> Received
    {
        get
        {
            lock (_lock)
                return [.. _received];
        }
    }

    public static async Task<Http2Server> StartAsync(params RequestDelegate[] answers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, socket => socket.Protocols = HttpProtocols.Http2));
        var server = new Http2Server(builder.Build());
        server._app.Run(http => server.AnswerAsync(http, answers));
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http, RequestDelegate[] answers)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        RequestDelegate answer;
        lock (_lock)
        {
            answer = answers[Math.Min(_received.Count, answers.Length - 1)];
            _received.Add(body.ToArray());
        }

        await answer(http);
    }
}
