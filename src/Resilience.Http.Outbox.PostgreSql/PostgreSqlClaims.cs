using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace Resilience.Http;

/// <summary>
/// What this worker claims, each time under a fence that it has chosen. A claim whose answer was lost is taken back by that: what nobody has heard of, nobody has sent, and it must not count as sent. Safe for
/// concurrent use.
/// </summary>
internal sealed class PostgreSqlClaims(PostgreSqlDatabase database, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, (OutboxClaim Claim, long Since)> _lost = new();

    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(OutboxClaim claim, CancellationToken cancellationToken)
    {
        var fence = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        List<OutboxRow> rows;
        try
        {
            rows = await database.QueryAsync(
                PostgreSqlSql.ClaimOf(claim.Limit),
                cancellationToken,
                PostgreSqlRows.Text(claim.Client),
                PostgreSqlRows.Text(claim.Destination),
                PostgreSqlRows.Span(database.Ahead),
                new NpgsqlParameter<bool> { TypedValue = claim.IsOrderBlocked },
                PostgreSqlRows.Span(claim.Lease),
                PostgreSqlRows.Big(fence)).ConfigureAwait(false);
        }
        // What the server says itself, it has not done.
        catch (Exception e) when (e.InnerException is not PostgresException)
        {
            _lost[fence] = (claim, time.GetTimestamp());
            throw;
        }

        // By the server's clock, whatever this machine has slept through since it asked.
        foreach (var row in rows)
            database.RaiseClock(row.TryingSince ?? row.KeptAt);
        return rows;
    }

    /// <summary>Takes back what was claimed without an answer. It may be committed after a look; once its lease is over, anybody may have it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task TakeBackAsync(CancellationToken cancellationToken)
    {
        foreach (var (fence, (claim, since)) in _lost)
        {
            var taken = await database.ExecuteAsync(
                PostgreSqlSql.TakeBack,
                cancellationToken,
                PostgreSqlRows.Text(claim.Client),
                PostgreSqlRows.Text(claim.Destination),
                PostgreSqlRows.Span(database.Ahead),
                PostgreSqlRows.Big(fence)).ConfigureAwait(false);
            if (taken > 0 || time.GetElapsedTime(since) > claim.Lease)
                _lost.TryRemove(fence, out _);
        }
    }
}
