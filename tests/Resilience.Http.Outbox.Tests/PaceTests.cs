using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>How many calls go to one destination at once, and what stops them.</summary>
public sealed class PaceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_wider_while_all_is_well_up_to_a_bound()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.MaxConcurrency = 4);
        await EnqueueAsync(host, 20);

        var begun = new List<int>();
        for (var round = 0; round < 5; round++)
            begun.Add(await host.DrainOnceAsync());

        begun.Should().Equal(1, 2, 4, 4, 4);
    }

    [Fact]
    public async Task Sends_one_ahead_after_the_server_asked_for_a_pause()
    {
        using var server = new PayServer(number => number is >= 3 and < 11
            ? new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(60)) } }
            : new());
        await using var host = new PayHost(server);
        await EnqueueAsync(host, 20);
        foreach (var expected in new[] { 1, 2, 8 })
            (await host.DrainOnceAsync()).Should().Be(expected);

        (await host.DrainOnceAsync()).Should().Be(0);
        host.Clock.Advance(TimeSpan.FromSeconds(90));

        (await host.DrainOnceAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Keeps_to_the_pause_in_every_process()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(_ => new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1)) } });
        await using (var asked = new PayHost(server, file: folder.File))
        {
            await EnqueueAsync(asked, 1);
            await asked.DrainOnceAsync();
        }

        await using var next = new PayHost(server, file: folder.File);
        await next.Outbox.EnqueueAsync("pay", PayHost.Charge("behind"), cancellationToken: Cancelled);
        await next.DrainAfterAsync(TimeSpan.FromMinutes(59));

        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Holds_no_destination_for_longer_than_the_options_allow()
    {
        using var server = new PayServer(_ => new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromDays(3650)) } });
        await using var host = new PayHost(server, outbox => outbox.MaxAdvisedDelay = TimeSpan.FromHours(1));
        await EnqueueAsync(host, 2);
        await host.DrainOnceAsync();

        await host.DrainAfterAsync(TimeSpan.FromMinutes(59));
        var held = server.Requests.Count;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(2));

        (held, server.Requests.Count).Should().Be((1, 2));
    }

    [Fact]
    public async Task Is_due_at_once_after_the_process_was_stopped_in_the_middle()
    {
        var arrived = new TaskCompletionSource();
        using var server = new PayServer(async (_, _, cancelled) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        await using var host = new PayHost(server, outbox => outbox.MaxDelay = outbox.BaseDelay = TimeSpan.FromHours(1));
        await EnqueueAsync(host, 1);
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        await arrived.Task;

        await drain.StopAsync(new(canceled: true));
        await drain.EndAsync();

        (await host.AllAsync()).Single().Should().Match<OutboxEntry>(entry => entry.FirstSentAt != null && entry.DueAt <= host.Store.Now);
    }

    [Fact]
    public async Task Gives_way_to_calls_that_somebody_waits_for()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, inner: client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.BackgroundShare) = (1, 10, 0.01)));
        foreach (var key in new[] { "one", "two" })
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(key), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        await host.DrainOnceAsync();

        server.Requests.Should().ContainSingle("the bucket is full, but has one permit in 100 seconds for them");
    }

    [Fact]
    public async Task Waits_while_the_circuit_is_open()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(
            server,
            outbox => outbox.MaxDelay = outbox.BaseDelay = TimeSpan.FromMinutes(1),
            inner: client => client.AddRetry(retry => retry.MaxRetries = 0).AddCircuitBreaker());
        host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("pay").Dispose();
        host.Services.GetRequiredService<ResilienceRegistry>()["pay"].GetCircuit("https://pay.test").Isolate();
        foreach (var i in Enumerable.Range(0, 10))
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"{i}"), cancellationToken: Cancelled);

        await host.DrainAsync();

        server.Requests.Should().BeEmpty();
        (await host.AllAsync()).Where(entry => entry.Tries > 0).Should().ContainSingle().Which.Reason.Should().Be("CircuitOpen");
    }

    // Another process may reach the server, or have permits left.
    [Theory]
    [InlineData(OutcomeKind.CircuitOpen)]
    [InlineData(OutcomeKind.RejectedByLimiter)]
    public async Task Holds_no_other_process_by_what_its_own_circuit_or_limit_says(OutcomeKind kind)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, inner: client => client.AddHttpMessageHandler(() => new Rejects(kind)));
        await EnqueueAsync(host, 2);

        await host.DrainAsync();

        server.Requests.Should().BeEmpty();
        (await host.AllAsync()).Sum(entry => entry.Tries).Should().Be(1);
        (await host.Store.FindDueAsync(Cancelled)).Should().ContainSingle();
    }

    private static async Task EnqueueAsync(PayHost host, int calls)
    {
        for (var i = 0; i < calls; i++)
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"call-{i}"), cancellationToken: Cancelled);
    }

    private sealed class Rejects(OutcomeKind kind) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new Rejection(kind) { RetryAfter = TimeSpan.FromHours(1) };
    }

    private sealed class Rejection(OutcomeKind kind) : ResilienceException("Not now.", kind);
}
