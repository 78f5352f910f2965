using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>Transactions of one connection, each with the work of several. Not safe for concurrent use.</summary>
internal sealed class SqliteBatches(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatements _statements = new(connection);

    /// <summary>Does it all in one transaction. What could not be done has its failure then; the rest is on the disk.</summary>
    public void Write(List<SqliteWork> batch)
    {
        if (!TryBegin(batch) || TryCommit(batch) is not { } failure)
            return;

        // One that cannot be done must not fail those that happened to be beside it.
        if (batch.Count == 1)
            batch[0].Failure = failure;
        else
            batch.ForEach(work => Write([work]));
    }

    public void Dispose() => _statements.Dispose();

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
            batch.ForEach(work => work.Failure = e);
            return false;
        }
    }

    /// <returns>Why nothing of it was done; null if it is on the disk.</returns>
    private Exception? TryCommit(List<SqliteWork> batch)
    {
        try
        {
            batch.ForEach(work => work.Run(_statements));
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
