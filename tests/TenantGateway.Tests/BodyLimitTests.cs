using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TenantGateway.Tests;

/// <summary>A client that calls its body a stream of gRPC, over HTTP/2 on both sides: YARP takes the server's limit off then.</summary>
public sealed class BodyLimitTests : IAsyncLifetime
{
    private const int TooMuch = 11 * 1024 * 1024;
    private readonly HttpClient _client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private WebApplication _upstream = null!;
    private long _arrived;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(Http2Alone);
        _upstream = builder.Build();
        _upstream.Run(ReadAsync);
        await _upstream.StartAsync(Cancelled);
    }

    [Theory]
    [InlineData("application/grpc", null, false)]
    [InlineData("application/grpc+proto", null, false)]
    [InlineData("application/json", null, false)]
    [InlineData("application/grpc", 1_000_000L, false)]
    [InlineData("application/json", 20_000_000L, true)]
    [InlineData("application/grpc", -1L, true)]
    public async Task Holds_whatever_the_body_is_called(string contentType, long? ofTheRoute, bool passes)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(configureProxy: proxy => Point(proxy, ofTheRoute), services: services => services.Configure<KestrelServerOptions>(Http2Alone));
        using var request = gateway.Request(await gateway.AddAsync("acme", "Free"), "/orders/1", HttpMethod.Post);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Content = new StreamContent(new MemoryStream(new byte[TooMuch])) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };

        try
        {
            (await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled)).Dispose();
        }
        catch (HttpRequestException) when (!passes)
        {
            // The rest of the body was refused.
        }

        Volatile.Read(ref _arrived).Should().Match(arrived => arrived == TooMuch == passes);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    private static void Http2Alone(KestrelServerOptions kestrel) => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);

    private void Point(JsonNode proxy, long? bodySize)
    {
        foreach (var (_, cluster) in proxy["Clusters"]!.AsObject())
        {
            cluster!["HttpRequest"] = new JsonObject { ["Version"] = "2", ["VersionPolicy"] = "RequestVersionExact" };
            cluster["Destinations"] = new JsonObject { ["a"] = new JsonObject { ["Address"] = _upstream.Urls.First() } };
        }

        foreach (var (_, route) in proxy["Routes"]!.AsObject())
            route!["MaxRequestBodySize"] = bodySize;
    }

    private async Task ReadAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var buffer = new byte[65_536];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, Cancelled)) > 0;)
            Interlocked.Add(ref _arrived, read);
    }
}
