using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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
    [InlineData("HeaderName", "X-Key")]
    [InlineData("Profile", "PayPal")]
    public async Task Is_that_of_the_options_in_force(string setting, string value)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("pay:IdempotencyKey:Format", "Raw")]).Build();
        var services = new ServiceCollection();
        services.AddSqliteOutbox(sqlite => sqlite.Path = folder.File);
        services.AddResilientHttpClient("pay", configuration.GetSection("pay"), http => http.BaseAddress = new("https://pay.test/")).AddIdempotencyKey()
            .AddOutbox(outbox => outbox.StorePlaintext = true).ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("pay");
        await FluentActions.Awaiting(() => client.PostAsync("/charges", new StringContent("amount=100"), Cancelled)).Should().ThrowAsync<OutboxKeptException>();

        configuration[$"pay:IdempotencyKey:{setting}"] = value;
        configuration.Reload();

        await FluentActions.Awaiting(() => client.PostAsync("/charges", new StringContent("amount=100"), Cancelled)).Should().ThrowAsync<OutboxKeptException>();
    }

    // To the server that would be another key.
    [Theory]
    [InlineData(true, null, 2)]
    [InlineData(true, IdempotencyKeyFormat.StructuredString, 1)]
    [InlineData(true, IdempotencyKeyFormat.Raw, 1)]
    [InlineData(false, IdempotencyKeyFormat.StructuredString, 1)]
    public async Task Is_asked_about_where_the_client_writes_it_in_another_way_than_when_it_was_sent(bool wasSent, IdempotencyKeyFormat? format, int requests)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(number => number == 0 && wasSent ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new());
        OutboxReceipt receipt;
        await using (var before = new PayHost(server, file: folder.File))
            receipt = wasSent ? await before.KeepAsync() : await before.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        // The format as it was, in another header.
        var profile = format switch
        {
            null => IdempotencyProfile.Stripe,
            IdempotencyKeyFormat.Raw => IdempotencyProfile.Stripe with { HeaderName = "X-Key" },
            var other => IdempotencyProfile.Stripe with { Format = other.Value },
        };
        await using var after = new PayHost(server, profile: profile, file: folder.File);

        await after.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().HaveCount(requests);
        (await after.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done || entry.Reason!.Contains("another way"));
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

    [Theory]
    [InlineData(IdempotencyKeyFormat.Raw, "\"order-7\"", OutboxMode.OnFailure)]
    [InlineData(IdempotencyKeyFormat.Raw, "\"order-7\"", OutboxMode.WriteAhead)]
    [InlineData(IdempotencyKeyFormat.StructuredString, "\"order-7\";a=1", OutboxMode.OnFailure)]
    [InlineData(IdempotencyKeyFormat.StructuredString, "\"order-7\"", OutboxMode.OnFailure)]
    public async Task Is_sent_again_as_its_caller_wrote_it(IdempotencyKeyFormat format, string written, OutboxMode mode)
    {
        using var server = new PayServer((number, _, _) => number == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : Task.FromResult(new HttpResponseMessage()));
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, IdempotencyProfile.Stripe with { Format = format });

        var receipt = await host.KeepAsync(Charge(("Idempotency-Key", written)));
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        server.Keys.Should().Equal(written, written);
    }

    [Theory]
    [InlineData("Stripe", "order 7")]
    [InlineData("Mangopay", "order-7")]
    [InlineData("Square", "a-key-that-is-longer-than-the-45-characters-of-Square")]
    public async Task Must_be_one_that_can_be_sent(string profile, string key)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Find(profile));

        await FluentActions.Awaiting(() => host.Outbox.EnqueueAsync("pay", PayHost.Charge(key), cancellationToken: Cancelled))
            .Should().ThrowAsync<OutboxUnavailableException>().WithMessage("Client 'pay': the call was not kept, because its idempotency key *");

        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Is_not_renewed_in_a_body_that_nobody_writes()
    {
        using var server = new PayServer(410);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Square);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();

        await FluentActions.Awaiting(() => host.Outbox.TryReviveAsync(receipt, newKey: true, Cancelled)).Should().ThrowAsync<InvalidOperationException>();

        (await host.Outbox.TryReviveAsync(receipt, cancellationToken: Cancelled)).Should().BeTrue();
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
