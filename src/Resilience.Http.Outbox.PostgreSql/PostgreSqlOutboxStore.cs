using System.Data.Common;
using Npgsql;

namespace Resilience.Http;

/// <summary>Kept calls in PostgreSQL, for many workers: each claims what no other holds, by the server's clock. Works behind PgBouncer in transaction mode. Safe for concurrent use.</summary>
public sealed class PostgreSqlOutboxStore : IOutboxStore, IAsyncDisposable
{
    private readonly PostgreSqlDatabase _database;
    private readonly PostgreSqlClaims _claims;
    private readonly PostgreSqlForgetting _forgetting;
    private readonly PostgreSqlInserts _inserts;
    private readonly PostgreSqlReplacements _replacements;

    /// <summary>A store in the database of a data source, opened when it is first needed.</summary>
    /// <param name="source">The connections; not disposed with the store. Leave <c>Max Auto Prepare</c> at 0 behind PgBouncer.</param>
    /// <param name="time">The clock between two looks at the server's; null for the system's.</param>
    public PostgreSqlOutboxStore(NpgsqlDataSource source, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _database = new(source, time ?? TimeProvider.System);
        (_claims, _forgetting, _inserts) = (new(_database, time ?? TimeProvider.System), new(_database, time ?? TimeProvider.System), new(_database));
        _replacements = new(source);
    }

    /// <inheritdoc/>
    public DateTimeOffset Now => _database.Now;

    /// <inheritdoc/>
    public DateTimeOffset Settled => _database.Settled;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public Task EnsureOpenAsync(CancellationToken cancellationToken) => _database.EnsureOpenAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        await (transaction is null ? OpenAsync(cancellationToken) : _database.EnsureOpenAsync(cancellationToken)).ConfigureAwait(false);
        return transaction is not null
            ? await PostgreSqlTransactions.AddAsync(row, transaction, _database.Id, cancellationToken).ConfigureAwait(false)
            : await _inserts.AddAsync(row, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<OutboxRow?> FindAsync(string id, CancellationToken cancellationToken)
        => (await _database.QueryAsync(PostgreSqlSql.Find, cancellationToken, PostgreSqlRows.Text(id)).ConfigureAwait(false)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<OutboxRow?> FindWaitingAsync(string client, string? key, CancellationToken cancellationToken)
    {
        var found = key is null
            ? _database.QueryAsync(PostgreSqlSql.FindAnyWaiting, cancellationToken, PostgreSqlRows.Text(client))
            : _database.QueryAsync(PostgreSqlSql.FindWaiting, cancellationToken, PostgreSqlRows.Text(client), PostgreSqlRows.Text(key));
        return (await found.ConfigureAwait(false)).FirstOrDefault();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await _database.QueryAsync(
            PostgreSqlSql.List, cancellationToken, PostgreSqlRows.Text(filter.After ?? string.Empty), PostgreSqlRows.Text(filter.Client), PostgreSqlRows.Number((int?)filter.State), PostgreSqlRows.Number(Math.Clamp(filter.Limit, 1, 1000))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> TryReplaceAsync(OutboxRow row, long fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await _replacements.TryReplaceAsync(row, fence).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> TryDeleteAsync(string id, long fence, CancellationToken cancellationToken)
        => await _database.ExecuteAsync(PostgreSqlSql.Delete, cancellationToken, PostgreSqlRows.Text(id), PostgreSqlRows.Big(fence)).ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<bool> TryOwnAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxDestination>> FindDueAsync(CancellationToken cancellationToken)
    {
        await _claims.TakeBackAsync(cancellationToken).ConfigureAwait(false);
        return await _database.QueryAsync(PostgreSqlSql.FindDue, row => new OutboxDestination(row.GetString(0), row.GetString(1)), cancellationToken, PostgreSqlRows.Span(_database.Ahead)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxRow>> ClaimAsync(OutboxClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return _claims.ClaimAsync(claim, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimUntoldAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
        => await _database.QueryAsync(PostgreSqlSql.ClaimUntold, cancellationToken, PostgreSqlRows.Span(_database.Ahead), PostgreSqlRows.Span(lease)).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task PauseAsync(OutboxDestination destination, DateTimeOffset until, CancellationToken cancellationToken)
        => _database.ExecuteAsync(PostgreSqlSql.Pause, cancellationToken, PostgreSqlRows.Text(destination.Client), PostgreSqlRows.Text(destination.Name), PostgreSqlRows.Time(until));

    /// <inheritdoc/>
    public Task<int> ForgetAsync(OutboxEnded ended, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ended);
        return _forgetting.ForgetAsync(ended, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken)
        => await _database.QueryAsync(PostgreSqlSql.Count, row => new OutboxCount(row.GetString(0), (OutboxState)row.GetInt32(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3)), cancellationToken).ConfigureAwait(false);

    /// <summary>Does what is under way.</summary>
    /// <returns>When it is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _replacements.DisposeAsync().ConfigureAwait(false);
        _database.Dispose();
    }
}
