using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class DrainTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(402, OutboxState.Declined)]
    [InlineData(404, OutboxState.Declined)]
    [InlineData(501, OutboxState.Declined)]
    [InlineData(410, OutboxState.Dead)]
    [InlineData(301, OutboxState.Dead)]
    [InlineData(302, OutboxState.Dead)]
    [InlineData(303, OutboxState.Dead)]
    [InlineData(401, OutboxState.Waiting)]
    [InlineData(429, OutboxState.Waiting)]
    [InlineData(500, OutboxState.Waiting)]
    public async Task Ends_with_a_final_answer_and_with_no_other(int status, OutboxState state)
    {
        using var server = new PayServer(503, status);
        await using var host = new PayHost(server, outbox => outbox.MaxDelay = outbox.BaseDelay = TimeSpan.FromMinutes(1));
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromMinutes(2));

        (await host.FindAsync(receipt)).State.Should().Be(state);
        server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Is_not_acknowledged_by_the_page_that_a_redirect_led_to()
    {
        using var server = new PayServer(number => number == 0
            ? new(HttpStatusCode.ServiceUnavailable)
            : new(HttpStatusCode.OK) { RequestMessage = new(HttpMethod.Get, "https://pay.test/thanks") });
        await using var host = new PayHost(server);
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_asks_and_so_does_everybody_behind()
    {
        using var server = new PayServer(number => number == 0
            ? new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1)) } }
            : new());
        await using var host = new PayHost(server);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("first"), cancellationToken: Cancelled);
        await host.DrainAsync();
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("second"), cancellationToken: Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromMinutes(59));
        var early = server.Requests.Count;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(2));

        (early, server.Requests.Count).Should().Be((1, 3));
    }

    [Fact]
    public async Task Drains_one_destination_while_another_is_dead()
    {
        using var server = new PayServer(async (_, request, cancelled) =>
        {
            if (request.RequestUri!.Host == "dead.test")
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        await using var host = new PayHost(server, outbox => outbox.AllowedAuthorities.UnionWith(["https://dead.test", "https://pay.test"]));
        foreach (var i in Enumerable.Range(0, 300))
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"dead-{i}", path: "https://dead.test/charges"), cancellationToken: Cancelled);
        foreach (var i in Enumerable.Range(0, 100))
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"live-{i}"), cancellationToken: Cancelled);

        using var stop = new CancellationTokenSource();
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        while (server.Requests.Count(request => request.Address.Host == "pay.test") < 100)
            await Task.Yield();
        await stop.CancelAsync();
        await drain.StopAsync(stop.Token);

        server.Requests.Count(request => request.Address.Host == "dead.test").Should().BeInRange(1, 16);
    }

    [Fact]
    public async Task Sends_one_after_the_other_where_an_order_is_asked_for()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        for (var i = 0; i < 10; i++)
        {
            foreach (var account in new[] { "a", "b" })
            {
                var request = PayHost.Charge($"{account}-{i}");
                request.SetOrderingKey(account);
                await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
            }
        }

        await host.DrainAsync();

        server.Keys.Where(key => key![0] == 'a').Should().Equal(Enumerable.Range(0, 10).Select(i => $"a-{i}"));
        server.Keys.Where(key => key![0] == 'b').Should().Equal(Enumerable.Range(0, 10).Select(i => $"b-{i}"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Waits_behind_a_dead_letter_unless_it_is_to_be_skipped(bool skips, int requests)
    {
        using var server = new PayServer(410, 200);
        await using var host = new PayHost(server, outbox => outbox.SkipDeadLetters = skips);
        foreach (var key in new[] { "one", "two" })
        {
            var request = PayHost.Charge(key);
            request.SetOrderingKey("account");
            await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
        }

        await host.Services.GetRequiredService<OutboxDrain>().RunAsync(Cancelled);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        server.Requests.Should().HaveCount(requests);
    }

    [Fact]
    public async Task Goes_through_the_clients_own_chain_with_its_credentials()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server, inner: client => client.AddHttpMessageHandler(() => new Bearer()));

        await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().HaveCount(2).And.OnlyContain(request => request.Authorization == "Bearer secret");
    }

    [Fact]
    public async Task Restores_what_depends_on_the_context_of_a_call()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server, outbox => outbox.OnRestore = (request, call) => request.Headers.Authorization = new("Tenant", call.Tags["tenant"]));
        var request = PayHost.Charge();
        request.SetOutboxTag("tenant", "seven");

        await host.KeepAsync(request);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Last().Authorization.Should().Be("Tenant seven");
    }

    [Fact]
    public async Task Is_never_kept_again()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead);

        await host.KeepAsync();
        foreach (var _ in Enumerable.Range(0, 3))
            await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.AllAsync()).Should().ContainSingle().Which.Tries.Should().BeGreaterThan(3);
    }

    [Fact]
    public async Task Keeps_the_answer_for_whoever_asks()
    {
        using var server = new PayServer(number => number == 0 ? new(HttpStatusCode.ServiceUnavailable) : new() { Content = new StringContent("""{"id":"ch_1"}""", null, "application/json") });
        await using var host = new PayHost(server);
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        var answer = await host.Outbox.GetAnswerAsync(receipt, Cancelled);
        (answer!.Status, answer.ContentType, System.Text.Encoding.UTF8.GetString(answer.Body.Span)).Should().Be((200, "application/json; charset=utf-8", """{"id":"ch_1"}"""));
    }

    [Fact]
    public async Task Stops_no_others_when_one_cannot_be_read()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("good"), cancellationToken: Cancelled);
        var good = (await host.Store.FindAsync(receipt.Id, Cancelled))!;
        await host.Store.AddAsync(good with { Id = "broken", Key = "broken", Payload = new byte[] { 9, 9, 9 } }, null, Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 2);

        (await host.AllAsync()).ToDictionary(entry => entry.Receipt.Id, entry => entry.State)
            .Should().BeEquivalentTo(new Dictionary<string, OutboxState> { [receipt.Id] = OutboxState.Done, ["broken"] = OutboxState.Dead });
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1005);
    }

    [Fact]
    public async Task Does_not_go_where_somebody_wrote_into_the_store()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, file: null, outbox: outbox => outbox.AllowedAuthorities.Add("https://evil.test"));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(path: "https://evil.test/charges"), cancellationToken: Cancelled);
        var row = (await host.Store.FindAsync(receipt.Id, Cancelled))!;
        await using var other = new PayHost(server);
        await other.Store.AddAsync(row, null, Cancelled);

        await other.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().BeEmpty();
        (await other.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    private sealed class Bearer : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new("Bearer", "secret");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
