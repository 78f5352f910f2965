using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>
/// The one user of the file in a process, as several connections that write the same file starve each other. One thread at a time has its turn, and commits what waits
/// together, so that a commit, which waits for the disk, is shared.
/// <para>
/// A caller that is alone is served on the pool, and continues on the thread that committed: mostly the one that it came on, so that
/// none has to be woken. Several callers are served by a thread of the writer's own.
/// </para>
/// </summary>
internal sealed partial class SqliteWriter : IThreadPoolWorkItem, IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly Queue<SqliteWork> _queue = new();
    private readonly SqliteConnection _connection;
    private readonly Thread _thread;
    private bool _isBusy;
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
            // Whoever is busy takes it next.
            if (!_isBusy)
                WakeSomebody();
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
    private void WakeSomebody()
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
            _batch.Clear();
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

    private static void LetGo(SqliteWork? done)
    {
        if (done is not null)
            ThreadPool.UnsafeQueueUserWorkItem(done, preferLocal: false);
    }
}
