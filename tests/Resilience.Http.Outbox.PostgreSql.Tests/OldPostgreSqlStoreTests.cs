using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

public sealed class OldPostgreSqlStoreTests(PostgreSqlServer server) : OldStoreContract
{
    private protected override string Engine => "postgresql";

    private protected override Task<string> MakeAsync() => server.MakeDatabaseAsync();

    private protected override async Task<DbConnection> ConnectAsync(string place)
    {
        var connection = new NpgsqlConnection(place);
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private protected override void AddStore(IServiceCollection services, string place) => services.AddSingleton(_ => NpgsqlDataSource.Create(place)).AddPostgreSqlOutbox();
}
