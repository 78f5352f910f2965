using Npgsql;

namespace Resilience.Http;

/// <summary>Keeps entries outside transactions of callers.</summary>
internal sealed class PostgreSqlInserts(PostgreSqlDatabase database)
{
    // Once more after a commit that nobody heard of, it is there already. What its caller took to be not kept would be sent.
    public async Task<OutboxRow> AddAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        try
        {
            return await InsertOnceAsync(row, cancellationToken).ConfigureAwait(false);
        }
        catch (OutboxUnavailableException e) when (e.InnerException is NpgsqlException { IsTransient: true, InnerException: not TimeoutException })
        {
            return await InsertOnceAsync(row, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<OutboxRow> InsertOnceAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        var sql = row.OrderingKey is null ? PostgreSqlSql.Insert : PostgreSqlSql.InsertOrdered;
        return await database.ExecuteAsync(sql, cancellationToken, PostgreSqlRows.Write(row)).ConfigureAwait(false) > 0 ? row
            : await ShareAsync(row, cancellationToken).ConfigureAwait(false) ?? await FindByKeyAsync(row, cancellationToken).ConfigureAwait(false) ?? throw PostgreSqlTransactions.TakenBack();
    }

    private async Task<OutboxRow?> ShareAsync(OutboxRow row, CancellationToken cancellationToken) => (await database.QueryAsync(
        PostgreSqlSql.Share, cancellationToken, PostgreSqlRows.Text(row.Client), PostgreSqlRows.Text(row.Key), PostgreSqlRows.Time(row.KeptAt), PostgreSqlRows.Text(row.Id)).ConfigureAwait(false)).FirstOrDefault();

    private async Task<OutboxRow?> FindByKeyAsync(OutboxRow row, CancellationToken cancellationToken)
        => (await database.QueryAsync(PostgreSqlSql.FindByKey, cancellationToken, PostgreSqlRows.Text(row.Client), PostgreSqlRows.Text(row.Key)).ConfigureAwait(false)).FirstOrDefault();
}
