using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class OldSqliteStoreTests : OldStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();

    private protected override string Engine => "sqlite";

    public void Dispose() => _folder.Dispose();

    private protected override Task<string> MakeAsync() => Task.FromResult(_folder.File);

    private protected override async Task<DbConnection> ConnectAsync(string place)
    {
        var connection = new SqliteConnection($"Data Source={place};Pooling=False");
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private protected override void AddStore(IServiceCollection services, string place) => services.AddSqliteOutbox(sqlite => sqlite.Path = place);
}
