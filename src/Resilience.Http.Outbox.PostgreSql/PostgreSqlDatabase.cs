using System.Data.Common;
using Npgsql;

namespace Resilience.Http;

/// <summary>The database, opened when it is first needed: its tables, its clock, and its failures as those of the outbox. Safe for concurrent use.</summary>
internal sealed class PostgreSqlDatabase(NpgsqlDataSource source, TimeProvider time) : IDisposable
{
    private const int MaxTries = 20;

    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    private readonly ServerClock _clock = new(time);
    // Of its own: a worker that is started while the server's clock is ahead finds that time noted by the others.
    private readonly OutboxSettledClock _settled = new(time);
    private readonly SemaphoreSlim _opening = new(1);
    private string? _id;
    private (long Timestamp, DateTimeOffset Wall) _clockReadAt;

    public DateTimeOffset Now => _clock.Now;

    /// <inheritdoc cref="IOutboxStore.Settled"/>
    public DateTimeOffset Settled => _settled.Read(_clock.Server);

    /// <summary>By how much the outbox's clock is ahead of the server, which was set back.</summary>
    public TimeSpan Ahead => _clock.Ahead;

    /// <summary>Tells the store from others. Empty until it is open.</summary>
    public string Id => _id ?? string.Empty;

    // While the machine sleeps, no time passes but on the wall.
    private bool IsClockOld => time.GetElapsedTime(_clockReadAt.Timestamp) > ClockStep || (time.GetUtcNow() - _clockReadAt.Wall).Duration() > ClockStep;

    public static OutboxUnavailableException Unavailable(Exception e) => new($"The outbox's database failed: {e.Message}", e);

    /// <exception cref="OutboxUnavailableException">It cannot be opened, or a newer version of this library has made it.</exception>
    public Task OpenAsync(CancellationToken cancellationToken)
        => _id is not null && IsClockOld ? ReadClockAsync(cancellationToken) : EnsureOpenAsync(cancellationToken);

    /// <summary>The same without a look at the clock, for which a connection is needed.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public Task EnsureOpenAsync(CancellationToken cancellationToken) => _id is null ? MakeAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>It has been that late already, by the server's clock.</summary>
    public void RaiseClock(DateTimeOffset seen) => _clock.Raise(seen);

    /// <returns>How many rows were changed.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await RunAsync(sql, command => command.ExecuteNonQueryAsync(cancellationToken), parameters).ConfigureAwait(false);
    }

    public Task<List<OutboxRow>> QueryAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) => QueryAsync(sql, PostgreSqlRows.Read, cancellationToken, parameters);

    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(sql, read, cancellationToken, parameters).ConfigureAwait(false);
    }

    public void Dispose() => _opening.Dispose();

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_id is not null)
                return;

            if ((await RunAsync(PostgreSqlSchema.IsMade, command => command.ExecuteScalarAsync(cancellationToken), []).ConfigureAwait(false)) is not true)
                await RunAsync(PostgreSqlSchema.Make, command => command.ExecuteNonQueryAsync(cancellationToken), []).ConfigureAwait(false);
            if ((await RunAsync(PostgreSqlSql.ReadDurability, command => command.ExecuteScalarAsync(cancellationToken), []).ConfigureAwait(false)) is "off")
                throw new OutboxUnavailableException("The outbox's commits do not wait for the disk, because synchronous_commit is off; turn it on for its connections.");

            var (version, id) = (await ReadAsync(PostgreSqlSchema.Read, row => (row.GetInt64(0), row.GetString(1)), cancellationToken).ConfigureAwait(false))[0];
            if (version > PostgreSqlSchema.Version)
                throw new OutboxUnavailableException($"The outbox's tables have version {version}; this library knows version {PostgreSqlSchema.Version}. Use a newer version of Resilience.Http.Outbox.PostgreSql.");

            await ReadClockAsync(cancellationToken).ConfigureAwait(false);
            _id = id;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task ReadClockAsync(CancellationToken cancellationToken)
    {
        var (latest, server) = (await ReadAsync(
            PostgreSqlSql.RaiseClock, row => (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken, PostgreSqlRows.Span(Ahead)).ConfigureAwait(false))[0];
        _clock.Set(latest, server);
        _clockReadAt = (time.GetTimestamp(), time.GetUtcNow());
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
            using var alone = OwnTransactions.Begin();
            using var command = source.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await run(command).ConfigureAwait(false);
                }
                // Of two statements at once, in a database that isolates them by more than is the default: nothing of this one was done.
                catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected && tries < MaxTries)
                {
                }
            }
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(e);
        }
    }
}
