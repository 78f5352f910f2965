using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;

namespace Resilience.Http;

/// <summary>Kept calls in PostgreSQL, for many workers: each claims what no other holds, by the server's clock. Works behind PgBouncer in transaction mode. Safe for concurrent use.</summary>
public sealed class PostgreSqlOutboxStore : IOutboxStore, IAsyncDisposable
{
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly ServerClock _clock;
    private readonly PostgreSqlReplacements _replacements;
    private readonly ConcurrentDictionary<OutboxDestination, bool> _destinations = new();
    private readonly SemaphoreSlim _opening = new(1);
    private string? _id;
    private long _clockReadAt;

    /// <summary>A store in the database of a data source, opened when it is first needed.</summary>
    /// <param name="source">The connections; not disposed with the store. Leave <c>Max Auto Prepare</c> at 0 behind PgBouncer.</param>
    /// <param name="time">The clock between two looks at the server's; null for the system's.</param>
    public PostgreSqlOutboxStore(NpgsqlDataSource source, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _time) = (source, time ?? TimeProvider.System);
        _clock = new(_time);
        _replacements = new(source);
    }

    /// <inheritdoc/>
    public DateTimeOffset Now => _clock.Now;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => _id is not null ? Task.CompletedTask : MakeAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await KnowAsync(new(row.Client, row.Destination), cancellationToken).ConfigureAwait(false);
        if (transaction is not null)
            return await PostgreSqlTransactions.AddAsync(row, transaction, _id!, cancellationToken).ConfigureAwait(false);

        var sql = row.OrderingKey is null ? PostgreSqlSql.Insert : PostgreSqlSql.InsertOrdered;
        return await ExecuteAsync(sql, cancellationToken, PostgreSqlRows.Write(row)).ConfigureAwait(false) > 0
            ? row
            : (await QueryAsync(PostgreSqlSql.FindByKey, cancellationToken, PostgreSqlRows.Text(row.Client), PostgreSqlRows.Text(row.Key)).ConfigureAwait(false))[0];
    }

    /// <inheritdoc/>
    public async Task<OutboxRow?> FindAsync(string id, CancellationToken cancellationToken)
        => (await QueryAsync(PostgreSqlSql.Find, cancellationToken, PostgreSqlRows.Text(id)).ConfigureAwait(false)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await QueryAsync(
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
        => await ExecuteAsync(PostgreSqlSql.Delete, cancellationToken, PostgreSqlRows.Text(id), PostgreSqlRows.Big(fence)).ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<bool> TryOwnAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxDestination>> FindDueAsync(CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(_clockReadAt) > ClockStep)
            await ReadClockAsync(PostgreSqlSql.RaiseClock, cancellationToken).ConfigureAwait(false);
        return await QueryAsync(PostgreSqlSql.FindDue, row => new OutboxDestination(row.GetString(0), row.GetString(1)), cancellationToken, PostgreSqlRows.Span(_clock.Ahead)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(OutboxClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return await QueryAsync(
            PostgreSqlSql.ClaimOf(claim.Limit),
            cancellationToken,
            PostgreSqlRows.Text(claim.Client),
            PostgreSqlRows.Text(claim.Destination),
            PostgreSqlRows.Span(_clock.Ahead),
            new NpgsqlParameter<bool> { TypedValue = claim.IsOrderBlocked },
            PostgreSqlRows.Span(claim.Lease)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimUntoldAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
        => await QueryAsync(PostgreSqlSql.ClaimUntold, cancellationToken, PostgreSqlRows.Span(_clock.Ahead), PostgreSqlRows.Span(lease)).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task PauseAsync(OutboxDestination destination, DateTimeOffset until, CancellationToken cancellationToken)
        => ExecuteAsync(PostgreSqlSql.Pause, cancellationToken, PostgreSqlRows.Text(destination.Client), PostgreSqlRows.Text(destination.Name), PostgreSqlRows.Time(until));

    /// <inheritdoc/>
    public Task<int> ForgetAsync(OutboxEnded ended, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ended);
        return ExecuteAsync(PostgreSqlSql.Forget, cancellationToken, PostgreSqlRows.Text(ended.Client), PostgreSqlRows.Number((int)ended.State), PostgreSqlRows.Time(ended.Before));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken)
        => await QueryAsync(PostgreSqlSql.Count, row => new OutboxCount(row.GetString(0), (OutboxState)row.GetInt32(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3)), cancellationToken).ConfigureAwait(false);

    /// <summary>Does what is under way.</summary>
    /// <returns>When it is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _replacements.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    internal static OutboxUnavailableException Unavailable(Exception e) => new($"The outbox's database failed: {e.Message}", e);

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_id is not null)
                return;

            await RunAsync(PostgreSqlSchema.Make, command => command.ExecuteNonQueryAsync(cancellationToken), []).ConfigureAwait(false);
            if ((await RunAsync(PostgreSqlSql.ReadDurability, command => command.ExecuteScalarAsync(cancellationToken), []).ConfigureAwait(false)) is "off")
                throw new OutboxUnavailableException("The outbox's commits do not wait for the disk, because synchronous_commit is off; turn it on for its connections.");

            var (version, id) = (await ReadAsync(PostgreSqlSchema.Read, row => (row.GetInt64(0), row.GetString(1)), cancellationToken).ConfigureAwait(false))[0];
            if (version > PostgreSqlSchema.Version)
                throw new OutboxUnavailableException($"The outbox's tables have version {version}; this library knows version {PostgreSqlSchema.Version}. Use a newer version of Resilience.Http.Outbox.PostgreSql.");

            await ReadClockAsync(PostgreSqlSql.RaiseClock, cancellationToken).ConfigureAwait(false);
            _id = id;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task ReadClockAsync(string sql, CancellationToken cancellationToken)
    {
        var (latest, server) = (await ReadAsync(sql, row => (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken).ConfigureAwait(false))[0];
        _clock.Set(latest, server);
        _clockReadAt = _time.GetTimestamp();
    }

    // On a connection of its own: within the caller's transaction it would hold up others until that has ended.
    private async Task KnowAsync(OutboxDestination destination, CancellationToken cancellationToken)
    {
        if (_destinations.ContainsKey(destination))
            return;

        await ExecuteAsync(PostgreSqlSql.InsertDestination, cancellationToken, PostgreSqlRows.Text(destination.Client), PostgreSqlRows.Text(destination.Name)).ConfigureAwait(false);
        _destinations[destination] = true;
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await RunAsync(sql, command => command.ExecuteNonQueryAsync(cancellationToken), parameters).ConfigureAwait(false);
    }

    private Task<List<OutboxRow>> QueryAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) => QueryAsync(sql, PostgreSqlRows.Read, cancellationToken, parameters);

    private async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(sql, read, cancellationToken, parameters).ConfigureAwait(false);
    }

    private Task<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
        => RunAsync(
            sql,
            async command =>
            {
                using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    rows.Add(read(reader));
                return rows;
            },
            parameters);

    private async Task<T> RunAsync<T>(string sql, Func<NpgsqlCommand, Task<T>> run, NpgsqlParameter[] parameters)
    {
        try
        {
            using var command = _source.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            return await run(command).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(e);
        }
    }
}
