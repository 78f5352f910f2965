using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Outbox.Tests;

/// <summary>An outbox that could keep nothing stops the host: nobody would hear of it before the first failure.</summary>
public sealed class UselessOutboxTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Without_keys_says_what_to_add()
        => Starting("https://pay.test/", client => client.AddOutbox(outbox => outbox.StorePlaintext = true)).Should().Throw<OptionsValidationException>()
            .WithMessage("Client 'pay': Outbox must be inside IdempotencyKey, because a call is kept with its key, and made with it again, but the client has no AddIdempotencyKey.*");

    [Fact]
    public void With_nowhere_to_go_says_what_to_set()
        => Starting(null, client => client.AddIdempotencyKey().AddOutbox(outbox => outbox.StorePlaintext = true)).Should().Throw<OptionsValidationException>()
            .WithMessage("Client 'pay': Outbox.AllowedAuthorities must have*BaseAddress*");

    [Fact]
    public void With_a_margin_that_leaves_nothing_of_the_keys_life_says_so()
        => Starting("https://pay.test/", client => client.AddIdempotencyKey(IdempotencyProfile.TrueLayer).AddOutbox(outbox => (outbox.StorePlaintext, outbox.RetentionMargin) = (true, TimeSpan.FromHours(8))))
            .Should().Throw<OptionsValidationException>().WithMessage("Client 'pay': Outbox.RetentionMargin must be shorter than the 06:00:00 *, but is 08:00:00*");

    [Fact]
    public void May_go_where_it_is_set_up_to()
    {
        Starting("https://pay.test/", client => client.AddIdempotencyKey().AddOutbox(outbox => outbox.StorePlaintext = true)).Should().NotThrow();
        Starting(null, client => client.AddIdempotencyKey().AddOutbox(outbox => outbox.StorePlaintext = outbox.AllowedAuthorities.Add("https://pay.test"))).Should().NotThrow();
        Starting(null, client => client.AddIdempotencyKey().AddOutbox(outbox => outbox.StorePlaintext = true).Configure(http => http.ConfigureHttpClient(http => http.BaseAddress = new("https://pay.test/")))).Should().NotThrow();
    }

    [Fact]
    public async Task Gives_no_receipt_without_a_host_either()
    {
        await using var services = Services(null, client => client.AddIdempotencyKey().AddOutbox(outbox => outbox.StorePlaintext = true)).BuildServiceProvider();
        using var request = PayHost.Charge(path: "https://pay.test/charges");

        await FluentActions.Awaiting(() => services.GetRequiredService<IOutbox>().EnqueueAsync("pay", request, cancellationToken: Cancelled))
            .Should().ThrowAsync<OutboxUnavailableException>().WithMessage("*calls may not go to https://pay.test:443: Outbox.AllowedAuthorities has none, and the client has no base address.");
    }

    private static Action Starting(string? address, Action<IResilientHttpClientBuilder> configure) => () =>
    {
        using var services = Services(address, configure).BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    };

    private static ServiceCollection Services(string? address, Action<IResilientHttpClientBuilder> configure)
    {
        var services = new ServiceCollection();
        configure(services.AddResilientHttpClient("pay", http => http.BaseAddress = address is null ? null : new(address)));
        return services;
    }
}
