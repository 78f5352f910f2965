using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>The file, opened when it is first needed: its writer, its clock, and its failures as those of the outbox. Safe for concurrent use.</summary>
internal sealed class SqliteDatabase(SqliteOutboxOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    private readonly StoreClock _clock = new(time);
    private readonly OutboxSettledClock _settled = new(time);
    private readonly SqliteBoot _boot = new(SqliteBoot.Clock, time);
    private readonly SqliteBoot _settledBoot = new(SqliteBoot.Settled, time);
    private readonly SqliteWall _wall = new(time);
    private readonly Lock _lock = new();
    private Task<SqliteWriter>? _opening;
    private bool _hasEnded;
    private readonly string _path = SqliteFile.PathOf(options);
    private SqliteCompanions? _companions;
    private DateTimeOffset _savedClock;
    private DateTimeOffset _savedWall;

    public DateTimeOffset Now => _clock.Now;

    /// <inheritdoc cref="IOutboxStore.Settled"/>
    public DateTimeOffset Settled => _settled.Read(Now is var now && time.GetUtcNow() is var wall && wall < now ? wall : now);

    /// <summary>Tells the store from others. Empty until it is open.</summary>
    public string Id { get; private set; } = string.Empty;

    /// <exception cref="OutboxUnavailableException">It cannot be opened, or a newer version of this library has made it.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => OpenedAsync().WaitAsync(cancellationToken);

    /// <inheritdoc cref="StoreClock.Raise"/>
    public void RaiseClock(DateTimeOffset seen) => _clock.Raise(seen);

    /// <summary>Done once it is on the disk, together with what else was waiting.</summary>
    /// <exception cref="OutboxUnavailableException">It could not be done.</exception>
    public Task<T> RunAsync<T>(Func<SqliteStatements, T> run, CancellationToken cancellationToken) => RunAsync(
        statements =>
        {
            SaveClock(statements);
            return run(statements);
        },
        isRead: false,
        cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{SqliteStatements, T}, CancellationToken)"/>
    public Task<T> ReadAsync<T>(Func<SqliteStatements, T> read, CancellationToken cancellationToken) => RunAsync(read, isRead: true, cancellationToken);

    /// <summary>Does what is under way, and closes the file.</summary>
    public void Dispose()
    {
        Task<SqliteWriter>? opening;
        lock (_lock)
            (_hasEnded, opening) = (true, _opening);
        if (opening is null)
            return;

        Task.WaitAny(opening);
        if (opening.IsCompletedSuccessfully)
            opening.Result.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<SqliteStatements, T> run, bool isRead, CancellationToken cancellationToken)
    {
        try
        {
            var writer = await OpenedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return await writer.RunAsync(run, isRead).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw new OutboxUnavailableException($"The outbox's file {options.Path} failed: {e.Message}", e);
        }
    }

    // On the pool, once for all who wait: a disk that hangs holds one thread, and none of those who can be cancelled.
    private Task<SqliteWriter> OpenedAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, this);
            return _opening is null or { IsCompleted: true, IsCompletedSuccessfully: false } ? _opening = Task.Run(Start) : _opening;
        }
    }

    private void SaveClock(SqliteStatements statements)
    {
        var wall = time.GetUtcNow();
        if (Now - _savedClock < ClockStep && (wall - _savedWall).Duration() < ClockStep)
            return;

        _companions?.RejectRemoved();

        // What another process has seen has been as well.
        _clock.Raise(SqliteRows.Time(statements.Query(SqliteSql.RaiseClock, row => row.GetInt64(0), SqliteRows.Time(Now))[0]));
        (_savedClock, _savedWall) = (Now, wall);
        _boot.Save(statements, _savedClock);
        _wall.Save(statements, _savedClock);
        _settledBoot.Save(statements, Settled);
    }

    private SqliteWriter Start()
    {
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteFile.Open(options);
            using (var statements = new SqliteStatements(connection))
            {
                (Id, var clock) = SqliteSchema.Make(connection, statements);
                if (_boot.Read(statements) is { } least && least > clock)
                    clock = least;
                // What the wall says of the time since is no proof; and a process before may have been led into a jump by it.
                _settled.Begin(_settledBoot.Read(statements) ?? clock, time.GetUtcNow());
                _clock.Raise(_wall.Read(statements) is { } later && later > clock ? later : clock);
            }

            // Once something was read, SQLite has them all open.
            _companions = new(_path);
            return new(connection);
        }
        catch (Exception e)
        {
            // It is tried again every second, and would leave a file open each time.
            connection?.Dispose();
            if (e is not SqliteException)
                throw;
            throw new OutboxUnavailableException($"The outbox's file {options.Path} could not be opened: {e.Message}", e);
        }
    }
}
