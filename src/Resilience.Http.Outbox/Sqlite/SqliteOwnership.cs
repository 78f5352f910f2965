namespace Resilience.Http;

/// <summary>
/// The right to drain a file: a lock file, which the system frees when its process ends, and an epoch, which tells the leases of older owners apart.
/// </summary>
internal sealed class SqliteOwnership(SqliteDatabase file, SqliteOutboxOptions options) : IDisposable
{
    private FileStream? _lock;

    /// <summary>The number of this owner; 0 until it is one.</summary>
    public long Epoch { get; private set; }

    /// <returns>Whether this process is the owner.</returns>
    public async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (Epoch > 0 && await file.ReadAsync(ReadEpoch, cancellationToken).ConfigureAwait(false) == Epoch)
            return true;

        // Another has become the owner: the lock file was removed, as old, and it holds a new one. Or the file is an older copy.
        if (Epoch > 0)
            Lose();
        try
        {
            _lock ??= new(SqliteFile.PathOf(options) + ".drain", SqliteFile.OfOwner(FileMode.OpenOrCreate));
        }
        catch (IOException e) when (IsTaken(e))
        {
            return false;
        }

        Epoch = await file.RunAsync(Raise, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _lock?.Dispose();

    // By another process, and not missing for good, as on a full or read-only disk: ERROR_SHARING_VIOLATION; EWOULDBLOCK of Linux, and of macOS.
    private static bool IsTaken(IOException e) => (e.HResult & 0xFFFF) is 32 or 11 or 35;

    private void Lose()
    {
        _lock?.Dispose();
        (_lock, Epoch) = (null, 0);
    }

    private static long ReadEpoch(SqliteStatements statements) => statements.Query(SqliteSql.ReadEpoch, row => row.GetInt64(0))[0];

    private long Raise(SqliteStatements statements)
    {
        var (epoch, clock) = statements.Query(SqliteSql.RaiseEpoch, row => (row.GetInt64(0), SqliteRows.Time(row.GetInt64(1))))[0];
        // The owner before may have been ahead: what it has sent is not younger than it says.
        file.RaiseClock(clock);
        statements.Execute(SqliteSql.FreeLeases, SqliteRows.Time(file.Now), epoch);
        return epoch;
    }
}
