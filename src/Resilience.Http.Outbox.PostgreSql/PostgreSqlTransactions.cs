using System.Data.Common;
using Npgsql;

namespace Resilience.Http;

/// <summary>Keeps an entry within a transaction of the caller's: both are committed, or neither.</summary>
internal static class PostgreSqlTransactions
{
    private const string Prove = "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true), id FROM outbox_store";

    public static Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction transaction, string storeId, CancellationToken cancellationToken) => transaction.AddEntryAsync(
        storeId, connection => ReadIdAsync(connection, transaction, cancellationToken), connection => InsertAsync(row, connection, transaction, cancellationToken), cancellationToken);

    public static OutboxUnavailableException TakenBack() => new("The call was not kept: in the same moment the caller that had handed in its key before took that call back. Keep it again.");

    private static async Task<OutboxRow> InsertAsync(OutboxRow row, DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        using var insert = Command(connection, transaction, row.OrderingKey is null ? PostgreSqlSql.Insert : PostgreSqlSql.InsertOrdered, PostgreSqlRows.Write(row));
        if (await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0)
            return row;

        using var share = Command(connection, transaction, PostgreSqlSql.Share, PostgreSqlRows.Text(row.Client), PostgreSqlRows.Text(row.Key), PostgreSqlRows.Time(row.KeptAt), PostgreSqlRows.Text(row.Id));
        using var find = Command(connection, transaction, PostgreSqlSql.FindByKey, PostgreSqlRows.Text(row.Client), PostgreSqlRows.Text(row.Key));
        return await ReadAsync(share, cancellationToken).ConfigureAwait(false) ?? await ReadAsync(find, cancellationToken).ConfigureAwait(false) ?? throw TakenBack();
    }

    private static async Task<OutboxRow?> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? PostgreSqlRows.Read(reader) : null;
    }

    private static async Task<string?> ReadIdAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        using var command = Command(connection, transaction, Prove);
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? reader.GetString(1) : null;
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql, params NpgsqlParameter[] parameters)
    {
        var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}
