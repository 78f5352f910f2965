using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>
/// The one thread of a process that uses the file. What waits is committed together, so that a commit, which waits for the disk, is shared. Several
/// connections that write the same file starve each other.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxBatch = 256;

    private static readonly TimeSpan LongestGathering = TimeSpan.FromMicroseconds(200);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly Queue<SqliteWork> _queue = new();
    private readonly List<SqliteWork> _batch = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteBatches _transactions;
    private readonly Thread _thread;
    private bool _hasEnded;
    private int _lastSharers;
    private TimeSpan _lastCommit;

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _transactions = new(connection);
        _thread = new(Run) { IsBackground = true, Name = "Outbox" };
        _thread.Start();
    }

    private int Waiting
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    /// <summary>Runs within a transaction, perhaps together with others; done once that is on the disk.</summary>
    public Task<T> RunAsync<T>(Func<SqliteStatements, T> run, bool isRead = false)
    {
        var work = new SqliteWork<T>(run) { IsRead = isRead };
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, this);
            _queue.Enqueue(work);
            // One signal for all that are taken together.
            if (_queue.Count == 1)
                _waiting.Release();
        }

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
            Gather();
            if (!TakeBatch())
                return;
            if (_batch.Count > 0)
                WriteBatch();
        }
    }

    // Who shared the last commit has been let go at its end and mostly comes back at once, one after the other. The first to come would get a commit of
    // its own and keep the rest waiting. Whoever does not come back is not waited for twice.
    private void Gather()
    {
        if (_lastSharers < 2)
            return;

        var (started, longest) = (TimeProvider.System.GetTimestamp(), _lastCommit / 2 < LongestGathering ? _lastCommit / 2 : LongestGathering);
        while (Waiting < _lastSharers && TimeProvider.System.GetElapsedTime(started) < longest)
            Thread.Yield();
    }

    private void WriteBatch()
    {
        var started = TimeProvider.System.GetTimestamp();
        if (_transactions.TryBegin(_batch))
            CommitAll();
        (_lastSharers, _lastCommit) = (_batch.Count, TimeProvider.System.GetElapsedTime(started));
        _batch.Clear();
    }

    private bool TakeBatch()
    {
        lock (_lock)
        {
            while (_batch.Count < MaxBatch && _queue.TryDequeue(out var work))
                _batch.Add(work);
            if (_queue.Count > 0)
                _waiting.Release();
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
