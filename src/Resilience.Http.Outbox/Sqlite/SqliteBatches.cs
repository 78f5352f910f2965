using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>Transactions of one connection, each with the work of several. Not safe for concurrent use.</summary>
internal sealed class SqliteBatches(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatements _statements = new(connection);

    public void Dispose() => _statements.Dispose();

    /// <summary>Begins. Whoever else writes the file has had its time; nobody here waits for it once more.</summary>
    public bool TryBegin(List<SqliteWork> batch)
    {
        try
        {
            _statements.Execute(batch.TrueForAll(work => work.IsRead) ? "BEGIN" : "BEGIN IMMEDIATE");
            return true;
        }
        catch (SqliteException e)
        {
            batch.ForEach(work => work.Failure = e);
            return false;
        }
    }

    /// <summary>Does it all, and commits it.</summary>
    /// <returns>Why nothing of it was done; null if it is on the disk.</returns>
    public Exception? TryCommit(List<SqliteWork> batch)
    {
        try
        {
            foreach (var work in batch)
                work.Run(_statements);
            _statements.Execute("COMMIT");
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            RollBack();
            return e;
        }
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
