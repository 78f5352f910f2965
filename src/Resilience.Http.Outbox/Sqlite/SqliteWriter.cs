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
    private readonly SqliteBatches _transactions;
    private readonly Thread _thread;
    private bool _hasEnded;

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _transactions = new(connection);
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
        _transactions.Dispose();
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
            if (_batch.Count > 0 && _transactions.TryBegin(_batch))
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
        if (_transactions.TryCommit(_batch) is not { } failure)
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
            if (_transactions.TryBegin([work]) && _transactions.TryCommit([work]) is { } failure)
                work.Fail(failure);
        }
    }
}
