namespace Resilience.Http;

/// <summary>Takes out what is no longer needed: entries that ended long ago, pauses that are over, and the counters of orders in which nothing waits.</summary>
internal sealed class PostgreSqlForgetting(PostgreSqlDatabase database, TimeProvider time)
{
    // Those of which something waits are all looked at.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private long _lookedAt;

    /// <returns>How many entries were taken out.</returns>
    public async Task<int> ForgetAsync(OutboxEnded ended, CancellationToken cancellationToken)
    {
        var entries = await database.ExecuteAsync(
            PostgreSqlSql.Forget, cancellationToken, PostgreSqlRows.Text(ended.Client), PostgreSqlRows.Number((int)ended.State), PostgreSqlRows.Time(ended.Before)).ConfigureAwait(false);
        if (Volatile.Read(ref _lookedAt) is not 0 and var before && time.GetElapsedTime(before) < Pause)
            return entries;

        await database.ExecuteAsync(PostgreSqlSql.ForgetPauses, cancellationToken, PostgreSqlRows.Span(database.Ahead)).ConfigureAwait(false);
        // Many at a time leave more behind: the next call goes on.
        if (await database.ExecuteAsync(PostgreSqlSql.ForgetOrders, cancellationToken).ConfigureAwait(false) == 0)
            Volatile.Write(ref _lookedAt, time.GetTimestamp());
        return entries;
    }
}
