using System.Net.Sockets;
using Npgsql;

namespace Resilience.Http;

/// <summary>Keeps entries outside transactions of callers.</summary>
internal sealed class PostgreSqlInserts(PostgreSqlDatabase database)
{
    // Once more after a commit that nobody heard of, it is there already. What its caller took to be not kept would be sent.
    public async Task<OutboxRow> AddAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        for (var (isFirst, isUnheardOf) = (true, false); ; isFirst = false)
        {
            try
            {
                return await InsertOnceAsync(row, cancellationToken).ConfigureAwait(false);
            }
            catch (OutboxUnavailableException e) when (e.InnerException is NpgsqlException why)
            {
                isUnheardOf |= IsUnheardOf(why);
                if (isFirst && why is { IsTransient: true, InnerException: not TimeoutException })
                    continue;
                throw isUnheardOf ? new OutboxUnavailableException($"{e.Message} The call may be kept all the same.", why) { MayBeKept = true } : e;
            }
        }
    }

    // Neither refused by the server, nor for want of a way to it.
    private static bool IsUnheardOf(NpgsqlException e) => e is not PostgresException && e.InnerException is not SocketException;

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
