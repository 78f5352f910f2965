using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class DrainTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(402, OutboxState.Declined)]
    [InlineData(422, OutboxState.Declined)]
    [InlineData(410, OutboxState.Dead)]
    [InlineData(301, OutboxState.Dead)]
    [InlineData(302, OutboxState.Dead)]
    [InlineData(303, OutboxState.Dead)]
    [InlineData(401, OutboxState.Waiting)]
    [InlineData(404, OutboxState.Waiting)]
    [InlineData(501, OutboxState.Waiting)]
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
