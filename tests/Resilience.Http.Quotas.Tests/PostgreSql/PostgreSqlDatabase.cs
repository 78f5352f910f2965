using Npgsql;
using Resilience.Http.Outbox.Tests;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A PostgreSQL server of the tests' own.</summary>
public sealed class PostgreSqlDatabase : IAsyncLifetime
{
    private readonly PostgreSqlServer _server = new();

    public NpgsqlDataSource Source { get; private set; } = null!;

    public string Folder => new NpgsqlConnectionStringBuilder(_server.ConnectionString).Host!;

    public static string? Missing => PostgreSqlServer.Missing is { } missing ? $"{missing}: apt-get install postgresql" : null;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        if (Missing is null)
            Source = NpgsqlDataSource.Create(_server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (Source is not null)
            await Source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
