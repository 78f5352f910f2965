using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>The file, opened when it is first needed: its writer, its clock, and its failures as those of the outbox. Safe for concurrent use.</summary>
internal sealed class SqliteDatabase(SqliteOutboxOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    private readonly StoreClock _clock = new(time);
    private readonly SqliteBoot _boot = new(time);
    private readonly Lock _lock = new();
    private SqliteWriter? _writer;
    private string _id = string.Empty;
    private DateTimeOffset _savedClock;

    public DateTimeOffset Now => _clock.Now;

    /// <summary>Tells the store from others.</summary>
    public string Id => Writer is not null ? _id : string.Empty;

    private SqliteWriter Writer => _writer ?? Start();

    /// <exception cref="OutboxUnavailableException">It cannot be opened, or a newer version of this library has made it.</exception>
    public void Open() => _ = Writer;

    /// <inheritdoc cref="StoreClock.Raise"/>
    public void RaiseClock(DateTimeOffset seen) => _clock.Raise(seen);

    /// <summary>Done once it is on the disk, together with what else was waiting.</summary>
    /// <exception cref="OutboxUnavailableException">It could not be done.</exception>
    public Task<T> RunAsync<T>(Func<SqliteStatements, T> run) => RunAsync(
        statements =>
        {
            SaveClock(statements);
            return run(statements);
        },
        isRead: false);

    /// <inheritdoc cref="RunAsync{T}(Func{SqliteStatements, T})"/>
    public Task<T> ReadAsync<T>(Func<SqliteStatements, T> read) => RunAsync(read, isRead: true);

    /// <summary>Does what is under way, and closes the file.</summary>
    public void Dispose()
    {
        lock (_lock)
            _writer?.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<SqliteStatements, T> run, bool isRead)
    {
        try
        {
            return await Writer.RunAsync(run, isRead).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw new OutboxUnavailableException($"The outbox's file {options.Path} failed: {e.Message}", e);
        }
    }

    private void SaveClock(SqliteStatements statements)
    {
        if (Now - _savedClock < ClockStep)
            return;

        // What another process has seen has been as well.
        _clock.Raise(SqliteRows.Time(statements.Query(SqliteSql.RaiseClock, row => row.GetInt64(0), SqliteRows.Time(Now))[0]));
        _boot.Save(statements, _savedClock = Now);
    }

    private SqliteWriter Start()
    {
        lock (_lock)
        {
            if (_writer is not null)
                return _writer;

            SqliteConnection? connection = null;
            try
            {
                connection = SqliteFile.Open(options);
                (_id, var clock) = SqliteSchema.Make(connection, _boot);
                _clock.Raise(clock);
                return _writer = new(connection);
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
}
