using System.Net;

namespace Resilience.Http.Outbox.Tests;

public sealed class RetentionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Hours of retention, less a 24th.
    [Theory]
    [InlineData("Stripe", 24)]
    [InlineData("StripeV2", 720)]
    [InlineData("Adyen", 168)]
    [InlineData("Checkout", 24)]
    [InlineData("Mangopay", 24)]
    [InlineData("TrueLayer", 6)]
    [InlineData("Ppro", 24)]
    public void Trusts_a_key_to_the_millisecond(string profile, int hours)
    {
        var life = KeyLife.Of(new(), IdempotencyProfile.Find(profile)!);
        var (sent, trusted) = (DateTimeOffset.UnixEpoch, TimeSpan.FromHours(hours) - (TimeSpan.FromHours(hours) / 24));

        life.Left(sent, sent + trusted - TimeSpan.FromMilliseconds(1)).Should().Be(TimeSpan.FromMilliseconds(1));
        life.Left(sent, sent + trusted).Should().Be(TimeSpan.Zero);
        life.Left(null, sent).Should().Be(trusted);
    }

    [Theory]
    [InlineData("Standard")]
    [InlineData("PayPal")]
    [InlineData("Square")]
    public void Does_not_trust_a_key_of_unpublished_retention_twice(string profile)
    {
        var life = KeyLife.Of(new(), IdempotencyProfile.Find(profile)!);

        life.Left(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).Should().Be(TimeSpan.Zero);
        life.Left(null, DateTimeOffset.UnixEpoch).Should().Be(TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData(22, 2)]
    [InlineData(24, 1)]
    public async Task Sends_a_key_while_the_server_knows_it_and_no_longer(int hours, int requests)
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server);
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromHours(hours));

        server.Requests.Should().HaveCount(requests);
        (await host.FindAsync(receipt)).State.Should().Be(requests > 1 ? OutboxState.Done : OutboxState.Dead);
    }

    [Fact]
    public async Task Counts_from_the_first_attempt_that_may_have_arrived()
    {
        using var server = new PayServer(number => number switch
        {
            0 => throw new HttpRequestException(HttpRequestError.ConnectionError),
            1 => new(HttpStatusCode.ServiceUnavailable),
            _ => new(),
        });
        await using var host = new PayHost(server, outbox => outbox.MaxDelay = outbox.BaseDelay = TimeSpan.FromMinutes(1));
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromHours(30));
        await host.DrainAfterAsync(TimeSpan.FromHours(22));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Does_not_grow_younger_when_the_clock_is_set_back()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server);
        var receipt = await host.KeepAsync();

        host.Clock.Advance(TimeSpan.FromHours(23.5));
        _ = host.Store.Now;
        host.Clock.Set(TimeSpan.FromHours(-5));
        await host.DrainAsync();

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    [Fact]
    public async Task Remembers_the_time_across_a_restart_with_the_clock_set_back()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503, 200);
        DateTimeOffset before;
        await using (var host = new PayHost(server, file: folder.File))
        {
            host.Clock.Set(TimeSpan.FromDays(1));
            await host.KeepAsync();
            before = host.Store.Now;
        }

        await using var restarted = new PayHost(server, file: folder.File);
        await restarted.Store.OpenAsync(Cancelled);

        restarted.Store.Now.Should().BeCloseTo(before, TimeSpan.FromMinutes(1));
    }
}
