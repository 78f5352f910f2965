using System.Net;

namespace Resilience.Http.Outbox.Tests;

/// <summary>The key of a call is the one that its own client sends: no other header's, and no other one after a restart.</summary>
public sealed class KeyHeaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_known_before_the_first_call_of_the_process()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Stripe with { HeaderName = "Key-Of-A-New-Process" });

        var first = await host.Outbox.EnqueueAsync("pay", Charge(("Key-Of-A-New-Process", "order-7")), cancellationToken: Cancelled);
        var second = await host.Outbox.EnqueueAsync("pay", Charge(("Key-Of-A-New-Process", "order-7")), cancellationToken: Cancelled);

        second.Should().Be(first);
        (await host.FindAsync(first)).Row.Key.Should().Be("order-7");
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Is_not_that_in_the_header_of_another_client(OutboxMode mode)
    {
        using var other = new PayServer(200);
        await using var first = new PayHost(other);
        using var _ = await first.Client.SendAsync(PayHost.Charge(), Cancelled);
        var keys = new List<string>();
        using var server = new PayServer((number, request, _) =>
        {
            keys.AddRange(request.Headers.GetValues("PayPal-Request-Id"));
            return number == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : Task.FromResult(new HttpResponseMessage());
        });
        await using var host = new PayHost(server, outbox => (outbox.Mode, outbox.Retention) = (mode, TimeSpan.FromDays(1)), IdempotencyProfile.PayPal);

        var receipt = await host.KeepAsync(Charge(("Idempotency-Key", "of-my-own-caller")));
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        keys.Should().HaveCount(2).And.OnlyContain(key => key == keys[0]).And.NotContain("of-my-own-caller");
    }

    [Fact]
    public async Task Is_none_where_only_another_client_would_send_it()
    {
        using var other = new PayServer(200);
        await using var first = new PayHost(other);
        using var _ = await first.Client.SendAsync(PayHost.Charge(), Cancelled);
        using var server = new PayServer(503);
        await using var host = new PayHost(server, profile: IdempotencyProfile.PayPal);
        var request = Charge(("Idempotency-Key", "of-my-own-caller"));
        request.Method = HttpMethod.Get;

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Must_be_named_where_it_is_in_the_body()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Square);

        await FluentActions.Awaiting(() => host.Outbox.EnqueueAsync("pay", Charge(("X-Any", "1")), cancellationToken: Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();

        (await host.AllAsync()).Should().BeEmpty();
    }

    private static HttpRequestMessage Charge((string Name, string Value) header)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/charges") { Content = new StringContent("amount=100") };
        request.Headers.Add(header.Name, header.Value);
        return request;
    }
}
