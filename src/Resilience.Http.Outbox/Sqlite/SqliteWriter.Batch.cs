namespace Resilience.Http;

// What is written in one turn: whatever waits, in one commit.
internal sealed partial class SqliteWriter
{
    private const int MaxBatch = 256;

    private static readonly TimeSpan LongestGathering = TimeSpan.FromMicroseconds(200);

    private readonly List<SqliteWork> _batch = [];
    private readonly SqliteBatches _transactions;
    private int _lastSharers;
    private TimeSpan _lastCommit;

    private int Waiting
    {
        get
        {
            lock (_lock)
                return _queue.Count;
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
}
