using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class KillTests : KillContract, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<string> MakeAsync() => Task.FromResult(_folder.File);

    private protected override void AddStore(IServiceCollection services, string place) => services.AddSqliteOutbox(sqlite => sqlite.Path = place);

    private protected override async Task EndLeasesAsync(string place)
    {
        await using var connection = new SqliteConnection($"Data Source={place};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE outbox_store SET clock = clock + 600000";
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
