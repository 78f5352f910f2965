using System.Data.Common;

namespace Resilience.Http;

/// <summary>Keeps an entry within a transaction of the caller's: both are committed, or neither.</summary>
internal static class SqliteTransactions
{
    private const string Savepoint = "resilience_outbox";

    /// <summary>Only what <see cref="DbTransaction"/> offers is used: a profiler may have wrapped it.</summary>
    public static async Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction transaction, string storeId, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        if (!SqliteFile.IsDurable(connection, transaction))
            throw new OutboxUnavailableException("The call was not kept: commits on this connection do not wait for the disk. Set PRAGMA synchronous = FULL before the transaction begins.");

        await transaction.SaveAsync(Savepoint, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await ReadIdAsync(connection, transaction, cancellationToken).ConfigureAwait(false) != storeId)
                throw new OutboxUnavailableException("The call was not kept: the transaction is on another database than the outbox.");

            var kept = await InsertAsync(row, connection, transaction, cancellationToken).ConfigureAwait(false);
            await transaction.ReleaseAsync(Savepoint, cancellationToken).ConfigureAwait(false);
            return kept;
        }
        catch (Exception e)
        {
            await transaction.RollbackAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
            if (e is not DbException)
                throw;
            throw new OutboxUnavailableException($"The call was not kept: {e.Message}", e);
        }
    }

    private static async Task<OutboxRow> InsertAsync(OutboxRow row, DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        using var destination = Command(connection, transaction, SqliteSql.InsertDestination, row.Client, row.Destination);
        await destination.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        using var insert = Command(connection, transaction, SqliteSql.Insert, SqliteRows.Write(row));
        if (await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0)
            return row;

        using var find = Command(connection, transaction, SqliteSql.FindByKey, row.Client, row.Key);
        using var reader = await find.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return SqliteRows.Read(reader);
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
