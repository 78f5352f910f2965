using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What a store has to stand when its process is killed.</summary>
public abstract class KillContract
{
    private const int Kills = 3;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Loses_nothing_that_was_kept()
    {
        var place = await MakeAsync();
        var kept = new HashSet<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var writer = new ChildProcess("write", place);
            for (var line = 0; line < 200 * kill; line++)
                kept.Add((await writer.ReadLineAsync())!);
            // The last line may be cut, and then nobody was told.
            kept.UnionWith((await writer.KillAsync()).Split('\n').Where(id => id.Length == 32));
        }

        await using var host = new PayHost(new PayServer(), store: services => AddStore(services, place));
        foreach (var id in kept)
            (await host.Store.FindAsync(id, Cancelled)).Should().NotBeNull();
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("call")]
    public async Task Charges_once_when_it_is_killed_between_the_charge_and_its_answer(string job)
    {
        var place = await MakeAsync();
        var (charged, killed) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var ledger = new Ledger(async number =>
        {
            charged.TrySetResult();
            if (number == 0)
                await killed.Task;
            return number > 0;
        });
        await using var host = new PayHost(new PayServer(), outbox => outbox.AllowedAuthorities.Add(ledger.Address), store: services => AddStore(services, place));
        if (job == "drain")
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge("one", path: ledger.Address + "charges"), cancellationToken: Cancelled);
        else
            await host.Store.OpenAsync(Cancelled);

        using (var first = new ChildProcess([job, place, ledger.Address, .. job == "call" ? new[] { "one" } : []]))
        {
            await first.WaitAsync(charged.Task);
            await first.KillAsync();
            killed.SetResult();
        }

        await EndLeasesAsync(place);
        using var second = new ChildProcess("drain", place, ledger.Address);
        var entry = await host.Outbox.WaitAsync((await host.AllAsync()).Single().Receipt, Cancelled);

        entry.State.Should().Be(OutboxState.Done);
        ledger.Keys.Should().BeEquivalentTo(new Dictionary<string, int> { ["one"] = 2 });
    }

    /// <summary>Makes a file, or a database.</summary>
    private protected abstract Task<string> MakeAsync();

    private protected abstract void AddStore(IServiceCollection services, string place);

    /// <summary>Whoever opens the store next takes it to be ten minutes later.</summary>
    private protected abstract Task EndLeasesAsync(string place);
}
