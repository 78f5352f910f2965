using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>
/// The one thread of a process that uses the file. What waits is committed together, so that a commit, which waits for the disk, is shared. Several
/// connections that write the same file starve each other.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxBatch = 256;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly Queue<SqliteWork> _queue = new();
    private readonly List<SqliteWork> _batch = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteStatements _statements;
    private readonly Thread _thread;
    private bool _hasEnded;

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new(connection);
        _thread = new(Run) { IsBackground = true, Name = "Outbox" };
        _thread.Start();
    }

    /// <summary>Runs within a transaction, perhaps together with others; done once that is on the disk.</summary>
    public Task<T> RunAsync<T>(Func<SqliteStatements, T> run, bool isRead = false)
    {
        var work = new SqliteWork<T>(run) { IsRead = isRead };
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, this);
            _queue.Enqueue(work);
        }

        _waiting.Release();
        return work.Done;
    }

    /// <summary>Does what is waiting, and ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_hasEnded)
                return;
            _hasEnded = true;
        }

        _waiting.Release();
        _thread.Join();
        _statements.Dispose();
        _connection.Dispose();
        _waiting.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _waiting.Wait();
            if (!TakeBatch())
                return;
            if (_batch.Count > 0 && TryBegin(_batch))
                CommitAll();
            _batch.Clear();
        }
    }

    // The signals of those that are taken along are left: a round with nothing to do costs little.
    private bool TakeBatch()
    {
        lock (_lock)
        {
            while (_batch.Count < MaxBatch && _queue.TryDequeue(out var work))
                _batch.Add(work);
            return _batch.Count > 0 || !_hasEnded;
        }
    }

    private void CommitAll()
    {
        if (TryCommit(_batch) is not { } failure)
            return;

        if (_batch.Count == 1)
            _batch[0].Fail(failure);
        else
            CommitOneByOne();
    }

    // One that cannot be done must not fail those that happened to be beside it.
    private void CommitOneByOne()
    {
        foreach (var work in _batch)
        {
            if (TryBegin([work]) && TryCommit([work]) is { } failure)
                work.Fail(failure);
        }
    }

    // Whoever else writes the file has had its time; nobody here waits for it once more.
    private bool TryBegin(List<SqliteWork> batch)
    {
        try
        {
            _statements.Execute(batch.TrueForAll(work => work.IsRead) ? "BEGIN" : "BEGIN IMMEDIATE");
            return true;
        }
        catch (SqliteException e)
        {
            batch.ForEach(work => work.Fail(e));
            return false;
        }
    }

    private Exception? TryCommit(List<SqliteWork> batch)
    {
        try
        {
            foreach (var work in batch)
                work.Run(_statements);
            _statements.Execute("COMMIT");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            RollBack();
            return e;
        }

        foreach (var work in batch)
            work.Complete();
        return null;
    }

    // SQLite has rolled back by itself after some failures, a full disk for one.
    private void RollBack()
    {
        try
        {
            _statements.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
        }
    }
}
