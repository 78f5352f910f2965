using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Resilience.Http.Yarp.Tests.Streams;

/// <summary>What lives longer than any timeout.</summary>
public sealed class LongStreamTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly GatewaySettings _settings;

    public LongStreamTests() => _settings = new()
    {
        Before = proxy => proxy.Services.AddSingleton<TimeProvider>(_clock),
        Request = new() { ActivityTimeout = TimeSpan.FromDays(1) },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_of_a_server_come_as_they_are_sent()
    {
        var next = new SemaphoreSlim(0);
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var at = 1; at <= 2; at++)
            {
                await context.Response.WriteAsync($"data: {at}\n\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        });
        await using var gateway = await Gateway.StartAsync(_settings, backend);

        using var stream = new StreamReader(await gateway.Client.GetStreamAsync(new Uri("/", UriKind.Relative), Cancelled));
        (await stream.ReadLineAsync(Cancelled)).Should().Be("data: 1");
        _clock.Advance(TimeSpan.FromHours(1));
        next.Release(2);

        (await stream.ReadToEndAsync(Cancelled)).Should().Be("\ndata: 2\n\n");
    }

    [Fact]
    public async Task Events_go_on_whatever_becomes_of_the_cluster()
    {
        var next = new SemaphoreSlim(0);
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var at = 1; at <= 4; at++)
            {
                await context.Response.WriteAsync($"data: {at}\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        });
        await using var gateway = await Gateway.StartAsync(_settings, backend);
        using var stream = new StreamReader(await gateway.Client.GetStreamAsync(new Uri("/", UriKind.Relative), Cancelled));
        List<string?> events = [await stream.ReadLineAsync(Cancelled)];

        foreach (var change in new Action[]
        {
            () => gateway.Change(_settings.With(("TokenBucket.PermitsPerSecond", "5")), backend),
            () => gateway.Change(_settings with { Metadata = new() { ["Resilience"] = "off" } }, backend),
            () => gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update([], []),
        })
        {
            change();
            next.Release();
            events.Add(await stream.ReadLineAsync(Cancelled));
        }

        events.Should().Equal("data: 1", "data: 2", "data: 3", "data: 4");
    }

    [Fact]
    public async Task A_body_of_known_length_is_not_held_back()
    {
        var goOn = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.ContentLength = 6;
            await context.Response.WriteAsync("beg");
            await context.Response.Body.FlushAsync();
            await goOn.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("end");
        });
        await using var gateway = await Gateway.StartAsync(_settings, backend);

        await using var stream = await gateway.Client.GetStreamAsync(new Uri("/", UriKind.Relative), Cancelled);
        var beginning = await stream.ReadAsync(new byte[6], Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        goOn.SetResult();

        (beginning, await stream.ReadAtLeastAsync(new byte[6], 6, throwOnEndOfStream: false, Cancelled)).Should().Be((3, 3));
    }

    [Fact]
    public async Task A_call_of_gRPC_may_be_answered_at_any_time_and_keeps_its_trailers()
    {
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var backend = await Backend.StartAsync(
            async context =>
            {
                begun.SetResult();
                await answer.Task.WaitAsync(context.RequestAborted);
                await context.Request.Body.CopyToAsync(context.Response.Body);
                context.Response.AppendTrailer("grpc-status", "0");
            },
            HttpProtocols.Http2);
        await using var gateway = await Gateway.StartAsync(_settings with { Protocols = HttpProtocols.Http2, Request = ExactlyHttp2 }, backend);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/Greeter/Talk") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new StringContent("message", Encoding.UTF8, "application/grpc");

        var sent = gateway.Client.SendAsync(request, Cancelled);
        await begun.Task.WaitAsync(Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        answer.SetResult();
        using var response = await sent;

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("message");
        response.TrailingHeaders.GetValues("grpc-status").Should().Equal("0");
    }

    [Fact]
    public async Task HTTP_2_on_both_sides_is_retried_like_any()
    {
        var hits = 0;
        await using var backend = await Backend.StartAsync(
            context =>
            {
                context.Response.StatusCode = Interlocked.Increment(ref hits) == 1 ? 503 : 200;
                return context.Response.WriteAsync(context.Request.Protocol);
            },
            HttpProtocols.Http2);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Protocols = HttpProtocols.Http2, Request = ExactlyHttp2 }, backend);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await gateway.Client.SendAsync(request, Cancelled);

        (backend.Hits, await response.Content.ReadAsStringAsync(Cancelled)).Should().Be((2, "HTTP/2"));
    }

    private static ForwarderRequestConfig ExactlyHttp2 => new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = TimeSpan.FromDays(1) };
}
