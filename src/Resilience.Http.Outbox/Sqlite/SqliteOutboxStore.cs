using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>
/// Kept calls in a SQLite file: every commit waits for the disk, and what waits for a commit shares it. Many processes may keep calls in one file; one of them drains. Safe for
/// concurrent use.
/// </summary>
public sealed class SqliteOutboxStore : IOutboxStore, IDisposable
{
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    private readonly SqliteOutboxOptions _options;
    private readonly StoreClock _clock;
    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private SqliteWriter? _writer;
    private string _id = string.Empty;
    private FileStream? _ownership;
    private long _epoch;
    private DateTimeOffset _savedClock;

    /// <summary>A store in a file that is opened when it is first needed.</summary>
    /// <param name="options">Which file.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public SqliteOutboxStore(SqliteOutboxOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock) = (options, new(time ?? TimeProvider.System));
    }

    /// <inheritdoc/>
    public DateTimeOffset Now => _clock.Now;

    private SqliteWriter Writer => _writer ?? Open();

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => Task.Run(() => _ = Writer, cancellationToken);

    /// <inheritdoc/>
    public async Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        _ = Writer;
        return transaction is null
            ? await RunAsync(statements => Add(statements, row)).WaitAsync(cancellationToken).ConfigureAwait(false)
            : await SqliteTransactions.AddAsync(row, transaction, _id, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<OutboxRow?> FindAsync(string id, CancellationToken cancellationToken)
        => (await ReadAsync(statements => statements.Query(SqliteSql.Find, SqliteRows.Read, id)).WaitAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ReadAsync(statements => statements.Query(
            SqliteSql.List, SqliteRows.Read, filter.After ?? string.Empty, filter.Client, (long?)filter.State, (long)Math.Clamp(filter.Limit, 1, 1000))).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<bool> TryReplaceAsync(OutboxRow row, long fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var values = SqliteRows.Write(row);
        return RunAsync(statements =>
        {
            // Of one that had ended, the destination may have been forgotten.
            if (row.State is OutboxState.Waiting)
                statements.Execute(SqliteSql.InsertDestination, row.Client, row.Destination);
            return statements.Execute(SqliteSql.Replace, [values[0], fence, values[7], .. values[9..], values[3]]) > 0;
        }).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> TryDeleteAsync(string id, long fence, CancellationToken cancellationToken)
        => RunAsync(statements => statements.Execute(SqliteSql.Delete, id, fence) > 0).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> TryOwnAsync(CancellationToken cancellationToken)
    {
        if (_epoch > 0)
            return true;

        _ = Writer;
        try
        {
            _ownership ??= new(Path.GetFullPath(_options.Path) + ".drain", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return false;
        }

        _epoch = await RunAsync(statements => Own(statements, Now)).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxDestination>> FindDueAsync(CancellationToken cancellationToken)
        => await ReadAsync(statements => statements.Query(
            SqliteSql.FindDue, row => new OutboxDestination(row.GetString(0), row.GetString(1)), SqliteRows.Time(Now))).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(OutboxClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var rows = await RunAsync(statements => Claim(statements, claim)).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.OrderBy(row => row.Sequence).Select(row => row.Row)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimUntoldAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
        => await RunAsync(statements => Now is var now
            ? statements.Query(SqliteSql.ClaimUntold, SqliteRows.Read, SqliteRows.Time(now), SqliteRows.Time(now + lease), _epoch, (long)limit)
            : []).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task PauseAsync(OutboxDestination destination, DateTimeOffset until, CancellationToken cancellationToken)
        => RunAsync(statements => statements.Execute(SqliteSql.Pause, destination.Client, destination.Name, SqliteRows.Time(until)));

    /// <inheritdoc/>
    public Task<int> ForgetAsync(OutboxEnded ended, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ended);
        return RunAsync(statements =>
        {
            statements.Execute(SqliteSql.ForgetDestinations, SqliteRows.Time(Now));
            return statements.Execute(SqliteSql.Forget, ended.Client, (long)ended.State, SqliteRows.Time(ended.Before));
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken)
        => await ReadAsync(statements => statements.Query(
            SqliteSql.Count, row => new OutboxCount(row.GetString(0), (OutboxState)row.GetInt32(1), row.GetInt64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))))).ConfigureAwait(false);

    /// <summary>Does what is under way, and closes the file.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _writer?.Dispose();
            _connection?.Dispose();
            _ownership?.Dispose();
        }
    }

    private static OutboxRow Add(SqliteStatements statements, OutboxRow row)
    {
        statements.Execute(SqliteSql.InsertDestination, row.Client, row.Destination);
        return statements.Execute(SqliteSql.Insert, SqliteRows.Write(row)) > 0 ? row : statements.Query(SqliteSql.FindByKey, SqliteRows.Read, row.Client, row.Key)[0];
    }

    private static long Own(SqliteStatements statements, DateTimeOffset now)
    {
        var epoch = statements.Query(SqliteSql.RaiseEpoch, row => row.GetInt64(0))[0];
        statements.Execute(SqliteSql.FreeLeases, SqliteRows.Time(now), epoch);
        return epoch;
    }

    private List<(OutboxRow Row, long Sequence)> Claim(SqliteStatements statements, OutboxClaim claim)
    {
        var now = Now;
        return statements.Query(
            SqliteSql.Claim,
            row => (SqliteRows.Read(row), row.GetInt64(23)),
            claim.Client, claim.Destination, SqliteRows.Time(now), claim.IsOrderBlocked ? 1L : 0L, (long)claim.Limit, SqliteRows.Time(now + claim.Lease), _epoch);
    }

    private Task<T> RunAsync<T>(Func<SqliteStatements, T> run) => RunAsync(
        statements =>
        {
            SaveClock(statements);
            return run(statements);
        },
        isRead: false);

    private Task<T> ReadAsync<T>(Func<SqliteStatements, T> read) => RunAsync(read, isRead: true);

    private async Task<T> RunAsync<T>(Func<SqliteStatements, T> run, bool isRead)
    {
        try
        {
            return await Writer.RunAsync(run, isRead).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw new OutboxUnavailableException($"The outbox's file {_options.Path} failed: {e.Message}", e);
        }
    }

    private void SaveClock(SqliteStatements statements)
    {
        if (Now is var now && now - _savedClock < ClockStep)
            return;

        statements.Execute(SqliteSql.RaiseClock, SqliteRows.Time(now));
        _savedClock = now;
    }

    private SqliteWriter Open()
    {
        lock (_lock)
        {
            if (_writer is not null)
                return _writer;

            try
            {
                _connection = SqliteFile.Open(_options);
                (_id, var clock) = SqliteSchema.Make(_connection);
                _clock.Raise(clock);
                return _writer = new(_connection);
            }
            catch (SqliteException e)
            {
                throw new OutboxUnavailableException($"The outbox's file {_options.Path} could not be opened: {e.Message}", e);
            }
        }
    }
}
