using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

public sealed class PostgreSqlKillTests(PostgreSqlServer server) : KillContract
{
    private protected override Task<string> MakeAsync() => server.MakeDatabaseAsync();

    private protected override void AddStore(IServiceCollection services, string place) => services.AddSingleton(_ => NpgsqlDataSource.Create(place)).AddPostgreSqlOutbox();

    private protected override async Task EndLeasesAsync(string place)
    {
        await using var source = NpgsqlDataSource.Create(place);
        await using var command = source.CreateCommand("UPDATE outbox_store SET clock = clock + interval '10 minutes'");
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
