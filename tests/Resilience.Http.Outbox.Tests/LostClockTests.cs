using System.Net;

namespace Resilience.Http.Outbox.Tests;

/// <summary>An entry that was sent in the future: the clock that said so is lost, as after a fail-over, and nobody knows the age of its key.</summary>
public sealed class LostClockTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, OutboxState.Done)]
    [InlineData(5, OutboxState.Dead)]
    public async Task Does_not_make_a_key_look_young(int hours, OutboxState state)
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new(HttpStatusCode.OK));
        await using var host = new PayHost(server);
        var row = (await host.FindAsync(await host.KeepAsync())).Row;
        (await host.Store.TryReplaceAsync(row with { FirstSentAt = host.Store.Now + TimeSpan.FromHours(hours), Fence = 7 }, row.Fence, Cancelled)).Should().BeTrue();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.AllAsync()).Should().ContainSingle().Which.State.Should().Be(state);
    }
}
