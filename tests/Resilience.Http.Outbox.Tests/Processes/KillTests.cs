using Microsoft.Data.Sqlite;

namespace Resilience.Http.Outbox.Tests;

public sealed class KillTests
{
    private const int Kills = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Loses_nothing_that_was_kept()
    {
        using var folder = new TempFolder();
        var kept = new HashSet<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var writer = new ChildProcess("write", folder.File);
            for (var line = 0; line < 200 * kill; line++)
                kept.Add((await writer.ReadLineAsync())!);
            // The last line may be cut, and then nobody was told.
            kept.UnionWith((await writer.KillAsync()).Split('\n').Where(id => id.Length == 32));
        }

        using var store = new SqliteOutboxStore(new() { Path = folder.File });
        foreach (var id in kept)
            (await store.FindAsync(id, Cancelled)).Should().NotBeNull();
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("call")]
    public async Task Charges_once_when_it_is_killed_between_the_charge_and_its_answer(string job)
    {
        using var folder = new TempFolder();
        var (charged, killed) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var ledger = new Ledger(async number =>
        {
            charged.TrySetResult();
            if (number == 0)
                await killed.Task;
            return number > 0;
        });
        await using var host = new PayHost(new PayServer(), outbox => outbox.AllowedAuthorities.Add(ledger.Address), file: folder.File);
        if (job == "drain")
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge("one", path: ledger.Address + "charges"), cancellationToken: Cancelled);
        else
            await host.Store.OpenAsync(Cancelled);

        using (var first = new ChildProcess([job, folder.File, ledger.Address, .. job == "call" ? new[] { "one" } : []]))
        {
            await first.WaitAsync(charged.Task);
            await first.KillAsync();
            killed.SetResult();
        }

        await EndLeasesAsync(folder.File);
        using var second = new ChildProcess("drain", folder.File, ledger.Address);
        var entry = await host.Outbox.WaitAsync((await host.AllAsync()).Single().Receipt, Cancelled);

        entry.State.Should().Be(OutboxState.Done);
        ledger.Keys.Should().BeEquivalentTo(new Dictionary<string, int> { ["one"] = 2 });
    }

    // The next to open the file takes it to be ten minutes later.
    private static async Task EndLeasesAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE outbox_store SET clock = clock + 600000";
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
