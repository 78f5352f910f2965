using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A call that <see cref="HttpClient.Timeout"/> ends. Its timer starts before the call is seen here, so it comes while a little time seems to be left.</summary>
public sealed class ClientTimeoutTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Is_kept_as_one_that_has_timed_out(OutboxMode mode)
    {
        var host = await CallAsync(mode, left: TimeSpan.FromMilliseconds(40));
        await using var _ = host;

        (await host.AllAsync()).Should().ContainSingle().Which.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.Reason == "Timeout");
    }

    [Fact]
    public async Task Is_not_taken_for_a_caller_who_gives_up_in_time()
    {
        var host = await CallAsync(OutboxMode.OnFailure, left: TimeSpan.FromMinutes(1));
        await using var _ = host;

        (await host.AllAsync()).Should().BeEmpty();
    }

    private static async Task<PayHost> CallAsync(OutboxMode mode, TimeSpan left)
    {
        PayHost host = null!;
        using var cancel = new CancellationTokenSource();
        using var server = new PayServer(async (_, _, cancelled) =>
        {
            host.Clock.Advance(Limit - left);
            await cancel.CancelAsync();
            throw new OperationCanceledException(cancelled);
        });
        host = new PayHost(server, outbox => outbox.Mode = mode, outer: client => client.ConfigureHttpClient(http => http.Timeout = Limit));

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), cancel.Token)).Should().ThrowAsync<OperationCanceledException>();
        return host;
    }
}
