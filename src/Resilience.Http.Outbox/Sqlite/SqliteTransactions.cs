using System.Data.Common;

namespace Resilience.Http;

/// <summary>Keeps an entry within a transaction of the caller's: both are committed, or neither.</summary>
internal static class SqliteTransactions
{
    public static Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction transaction, string storeId, long? maxFileBytes, CancellationToken cancellationToken)
    {
        if (transaction.Connection is { } connection && !SqliteFile.IsDurable(connection, transaction))
            throw new OutboxUnavailableException("The call was not kept: commits on this connection do not wait for the disk. Set PRAGMA synchronous = FULL before the transaction begins.");

        return transaction.AddEntryAsync(
            storeId, connection => ReadIdAsync(connection, transaction, cancellationToken), connection => InsertAsync(row, connection, transaction, maxFileBytes, cancellationToken), cancellationToken);
    }

    private static async Task<OutboxRow> InsertAsync(OutboxRow row, DbConnection connection, DbTransaction transaction, long? maxFileBytes, CancellationToken cancellationToken)
    {
        var (sql, values) = SqliteSql.Insert(row, maxFileBytes);
        using var insert = Command(connection, transaction, sql, values);
        if (await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0)
            return row;

        using var share = Command(connection, transaction, SqliteSql.Share, row.Client, row.Key, SqliteRows.Time(row.KeptAt), row.Id);
        using var find = Command(connection, transaction, SqliteSql.FindByKey, row.Client, row.Key);
        return await ReadAsync(share, cancellationToken).ConfigureAwait(false) ?? await ReadAsync(find, cancellationToken).ConfigureAwait(false) ?? throw SqliteFile.Full();
    }

    private static async Task<OutboxRow?> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? SqliteRows.Read(reader) : null;
    }

    // A database without the outbox's tables is another one as well.
    private static async Task<string?> ReadIdAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        using var tables = Command(connection, transaction, "SELECT 1 FROM sqlite_master WHERE name = 'outbox_store'");
        if (await tables.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is null)
            return null;
        using var id = Command(connection, transaction, "SELECT id FROM outbox_store");
        return (string?)await id.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"${i}", values[i] ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
