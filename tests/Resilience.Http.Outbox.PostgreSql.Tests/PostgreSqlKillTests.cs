using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

public sealed class PostgreSqlKillTests(PostgreSqlServer server) : KillContract
{
    [Fact]
    public async Task Changes_nothing_with_a_late_answer()
    {
        var place = await MakeAsync();
        var (charged, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var ledger = new Ledger(async number =>
        {
            charged.TrySetResult();
            if (number == 0)
                await stopped.Task;
            return true;
        });
        await using var host = new PayHost(new PayServer(), outbox => outbox.AllowedAuthorities.Add(ledger.Address), store: services => AddStore(services, place));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("one", path: ledger.Address + "charges"), cancellationToken: Cancelled);
        using var first = new ChildProcess("drain", place, ledger.Address);
        await first.WaitAsync(charged.Task);

        first.Signal("STOP");
        await EndLeasesAsync(place);
        using var second = new ChildProcess("drain", place, ledger.Address);
        var ended = (await host.Outbox.WaitAsync(receipt, Cancelled)).Row;
        stopped.SetResult();
        first.Signal("CONT");
        await first.EndAsync();

        (await host.FindAsync(receipt)).Row.Should().Match<OutboxRow>(row => row.State == OutboxState.Done && row.Fence == ended.Fence && row.EndedAt == ended.EndedAt);
        ledger.Keys.Should().BeEquivalentTo(new Dictionary<string, int> { ["one"] = 2 });
    }

    private protected override Task<string> MakeAsync() => server.MakeDatabaseAsync();

    private protected override void AddStore(IServiceCollection services, string place) => services.AddSingleton(_ => NpgsqlDataSource.Create(place)).AddPostgreSqlOutbox();

    private protected override async Task EndLeasesAsync(string place)
    {
        await using var source = NpgsqlDataSource.Create(place);
        await using var command = source.CreateCommand("UPDATE outbox_store SET clock = clock + interval '10 minutes'");
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
