using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Yarp.Tests;

/// <summary>A real server behind the proxy, which notes the requests that reach it.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private Backend(WebApplication app) => _app = app;

    public string Address { get; private set; } = string.Empty;

    /// <summary>Method and target of each request, as they stood on the wire.</summary>
    public string[] Requests => [.. _requests];

    public int Hits => _requests.Count;

    /// <summary>A server that answers the first requests with these statuses, and all others with the last of them.</summary>
    public static Task<Backend> AnsweringAsync(params int[] statuses)
    {
        var at = -1;
        return StartAsync(context =>
        {
            context.Response.StatusCode = statuses[Math.Min(Interlocked.Increment(ref at), statuses.Length - 1)];
            return context.Response.WriteAsync($"answer {at + 1}");
        });
    }

    public static async Task<Backend> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols);
            (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MaxRequestHeadersTotalSize) = (null, 256 * 1024);
        }).UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var backend = new Backend(app);
        app.UseWebSockets();
        app.Run(context =>
        {
            backend._requests.Enqueue($"{context.Request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget}");
            return answer(context);
        });
        await app.StartAsync();
        backend.Address = AddressOf(app);
        return backend;
    }

    public static string AddressOf(WebApplication app)
        => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
