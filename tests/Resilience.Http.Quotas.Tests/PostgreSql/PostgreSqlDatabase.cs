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

    /// <summary>Moves what is written to a later time, as if the clock had been set back since.</summary>
    /// <param name="run">What the names of the keys have in them.</param>
    /// <param name="time">How much later.</param>
    public async Task SetBackAsync(string run, TimeSpan time)
    {
        var (like, by) = ($"%{run}%", (long)time.TotalMicroseconds);
        await using var batch = Source.CreateBatch();
        batch.BatchCommands.Add(new("UPDATE resilience_quota SET full_at = full_at + $2, written_at = written_at + $2 WHERE k LIKE $1") { Parameters = { new() { Value = like }, new() { Value = by } } });
        batch.BatchCommands.Add(new("UPDATE resilience_quota_pause SET until = until + $2, noted_at = noted_at + $2 WHERE k LIKE $1") { Parameters = { new() { Value = like }, new() { Value = by } } });
        batch.BatchCommands.Add(new("UPDATE resilience_quota_instance SET seen = seen + $2 WHERE quota LIKE $1") { Parameters = { new() { Value = like }, new() { Value = by } } });
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>A schema of its own, with these tables.</summary>
    public async Task<NpgsqlDataSource> OpenSchemaAsync(string name, string tables)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { SearchPath = name });
        await using var create = source.CreateCommand($"CREATE SCHEMA {name}; {tables}");
        await create.ExecuteNonQueryAsync();
        return source;
    }

    public async ValueTask DisposeAsync()
    {
        if (Source is not null)
            await Source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
