using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>
/// The one user of the file in a process: one thread at a time. What waits is committed together, so that a commit, which waits for the disk, is shared.
/// Several connections that write the same file starve each other.
/// <para>
/// Several callers are served by a thread of its own. Who is alone is served by the pool, and goes on where the commit has ended: mostly that is the thread
/// that he came on. To wake one thread and then another would take half as long as the commit.
/// </para>
/// </summary>
internal sealed class SqliteWriter : IThreadPoolWorkItem, IDisposable
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
    private bool _isBusy;
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
            // Whoever is busy takes it next.
            if (!_isBusy)
                Call();
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

    void IThreadPoolWorkItem.Execute()
    {
        if (WriteAll() is { } alone)
            alone.Execute();
    }

    // The pool may have no thread to spare: the second to come does not rely on it.
    private void Call()
    {
        var isAlone = _lastSharers < 2;
        if (isAlone && _queue.Count == 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        else if (_queue.Count == (isAlone ? 2 : 1))
            _waiting.Release();
    }

    private void Run()
    {
        while (!IsOver())
        {
            _waiting.Wait();
            if (WriteAll() is { } alone)
                ThreadPool.UnsafeQueueUserWorkItem(alone, preferLocal: false);
        }
    }

    private bool IsOver()
    {
        lock (_lock)
            return _hasEnded && !_isBusy && _queue.Count == 0;
    }

    /// <summary>Writes until nothing waits, unless another thread is about it.</summary>
    /// <returns>What was written last, if it was alone: nobody waits any more, so its caller may go on here.</returns>
    private SqliteWork? WriteAll()
    {
        SqliteWork? alone = null;
        for (var isFirst = true; TryTakeTurn(isFirst); isFirst = false)
        {
            LetGo(alone);
            GatherBatch();
            WriteBatch();
            alone = _batch.Count == 1 ? _batch[0] : null;
            if (alone is null)
                _batch.ForEach(LetGo);
        }

        return alone;
    }

    // Ends being busy where nothing waits. Then it is the thread's turn to see whether all is over.
    private bool TryTakeTurn(bool isFirst)
    {
        lock (_lock)
        {
            if (isFirst && _isBusy)
                return false;

            _isBusy = _queue.Count > 0;
            if (!_isBusy && _hasEnded && !isFirst)
                _waiting.Release();
            return _isBusy;
        }
    }

    // Who shared the last commit has been let go at its end and mostly comes back at once, one after the other. The first to come would get a commit of
    // its own and keep the rest waiting. Whoever does not come back is not waited for twice.
    private void GatherBatch()
    {
        if (_lastSharers >= 2)
        {
            var (started, longest) = (TimeProvider.System.GetTimestamp(), _lastCommit / 2 < LongestGathering ? _lastCommit / 2 : LongestGathering);
            while (Waiting < _lastSharers && TimeProvider.System.GetElapsedTime(started) < longest)
                Thread.Yield();
        }

        _batch.Clear();
        lock (_lock)
        {
            while (_batch.Count < MaxBatch && _queue.TryDequeue(out var work))
                _batch.Add(work);
        }
    }

    private void WriteBatch()
    {
        var started = TimeProvider.System.GetTimestamp();
        _transactions.Write(_batch);
        (_lastSharers, _lastCommit) = (_batch.Count, TimeProvider.System.GetElapsedTime(started));
    }

    private static void LetGo(SqliteWork? done)
    {
        if (done is not null)
            ThreadPool.UnsafeQueueUserWorkItem(done, preferLocal: false);
    }
}
