using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http.Yarp.Tests.Streams;

/// <summary>Bodies of requests pass as they come.</summary>
public sealed class UploadTests
{
    private const int Length = 10 << 20;

    [Fact]
    public async Task A_large_body_that_meets_a_503_is_sent_once_and_nothing_is_held_back()
    {
        var begun = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            var (buffer, total) = (new byte[64 * 1024], 0L);
            for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0; total += read)
                begun.TrySetResult();
            context.Response.StatusCode = 503;
            await context.Response.WriteAsync($"{total} bytes");
        });
        await using var gateway = await Gateway.StartAsync(backend);

        // The rest of it is sent only when the server has the beginning.
        using var response = await gateway.Client.PutAsync(new Uri("/", UriKind.Relative), new HesitantContent(begun.Task, Length), TestContext.Current.CancellationToken);

        (response.StatusCode, backend.Hits).Should().Be((HttpStatusCode.ServiceUnavailable, 1));
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be($"{Length} bytes");
    }

    [Fact]
    public async Task A_server_that_answers_503_without_reading_is_believed()
    {
        await using var backend = await Backend.AnsweringAsync(503, 200);
        await using var gateway = await Gateway.StartAsync(backend);

        using var response = await gateway.Client.PostAsync(new Uri("/", UriKind.Relative), new HesitantContent(Task.CompletedTask, Length), TestContext.Current.CancellationToken);

        (response.StatusCode, backend.Hits).Should().Be((HttpStatusCode.ServiceUnavailable, 1));
    }

    [Fact]
    public async Task A_body_that_is_announced_waits_for_a_100()
    {
        await using var backend = await Backend.StartAsync(static async context => await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync()));
        await using var gateway = await Gateway.StartAsync(backend);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("body"), Headers = { ExpectContinue = true } };

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be("body");
    }

    [Fact]
    public async Task A_body_that_does_not_come_in_time_is_a_408_and_opens_no_circuit()
    {
        await using var backend = await Backend.StartAsync(static context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("AttemptTimeout.Timeout", "00:00:00.2"), ("CircuitBreaker.ConsecutiveFailures", "1")), backend);
        using var client = new RawClient(gateway.Address);

        var answer = await client.SendAsync("POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\nhalf", TestContext.Current.CancellationToken);

        answer.Should().StartWith("HTTP/1.1 408 ").And.Contain("application/problem+json").And.Contain("\"kind\":\"Timeout\"");
        gateway.Cluster.Circuits.Single().State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Bodies_that_do_not_come_in_time_make_no_destination_ill()
    {
        await using var backend = await Backend.StartAsync(static context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        var settings = new GatewaySettings { Health = new() { Passive = new() { Enabled = true, Policy = "TransportFailureRate" } } };
        await using var gateway = await Gateway.StartAsync(settings.With(("AttemptTimeout.Timeout", "00:00:00.2")), backend);

        var answers = await Task.WhenAll(Enumerable.Range(0, 15).Select(async _ =>
        {
            using var client = new RawClient(gateway.Address);
            return await client.SendAsync("POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\nhalf", TestContext.Current.CancellationToken);
        }));

        answers.Should().OnlyContain(answer => answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal));
        gateway.HasNoCalls().Should().BeTrue();
        gateway.HealthOf("d0").Should().NotBe(DestinationHealth.Unhealthy);
    }

    /// <summary>A chunked body that stops after its beginning.</summary>
    private sealed class HesitantContent(Task goOn, int length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chunk = new byte[64 * 1024];
            for (var sent = 0; sent < length; sent += chunk.Length)
            {
                await stream.WriteAsync(chunk);
                await stream.FlushAsync();
                await goOn;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
