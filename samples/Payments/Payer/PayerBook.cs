using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Payments;

/// <summary>The payer's own table: which customers it has begun to charge, and with which key. In the same database as the outbox.</summary>
internal sealed class PayerBook(Settings settings)
{
    public static async Task<DbConnection> OpenAsync(Settings settings)
    {
        DbConnection connection = settings.Postgres.Length > 0
            ? new NpgsqlConnection(settings.Postgres)
            : new SqliteConnection($"Data Source={settings.Database};Pooling=False;Default Timeout=5");
        await connection.OpenAsync();
        if (connection is SqliteConnection)
            await ExecuteAsync(connection, null, "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        return connection;
    }

    public async Task CreateAsync()
    {
        await using var connection = await OpenAsync(settings);
        await using var transaction = await connection.BeginTransactionAsync();
        if (connection is NpgsqlConnection)
            await ExecuteAsync(connection, transaction, "SELECT pg_advisory_xact_lock(1)");
        await ExecuteAsync(connection, transaction, "CREATE TABLE IF NOT EXISTS begun (customer INTEGER PRIMARY KEY, key TEXT NOT NULL)");
        await transaction.CommitAsync();
    }

    public async Task<IReadOnlyDictionary<int, string>> ReadAsync()
    {
        await using var connection = await OpenAsync(settings);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT customer, key FROM begun";
        await using var reader = await command.ExecuteReaderAsync();
        var begun = new Dictionary<int, string>();
        while (await reader.ReadAsync())
            begun.Add(reader.GetInt32(0), reader.GetString(1));
        return begun;
    }

    /// <summary>Notes that a customer's charge has begun, together with what else is done in the transaction.</summary>
    public async Task BeginAsync(int customer, string key, Func<DbTransaction, Task>? together = null)
    {
        await using var connection = await OpenAsync(settings);
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, transaction, "INSERT INTO begun VALUES (@p0, @p1) ON CONFLICT (customer) DO UPDATE SET key = @p1", customer, key);
        if (together is not null)
            await together(transaction);
        await transaction.CommitAsync();
    }

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql, params object[] values)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"p{i}", values[i]);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }
}
