namespace Resilience.Http;

/// <summary>
/// Remembers what the clock said when the machine had been running for how long. That nobody can set back: with it the clock goes on while no process has the file open, whatever becomes of the
/// one on the wall. Only within one start of the machine, and where the system tells starts apart (Linux).
/// </summary>
internal sealed class SqliteBoot(TimeProvider time)
{
    public const string Table = """
        CREATE TABLE IF NOT EXISTS outbox_boot (
          one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT NOT NULL, clock INTEGER NOT NULL, running INTEGER NOT NULL) STRICT;
        """;

    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private const string Upsert = """
        INSERT INTO outbox_boot VALUES (1, $0, $1, $2) ON CONFLICT (one) DO UPDATE SET boot = excluded.boot, clock = excluded.clock, running = excluded.running
        """;

    private readonly string? _boot = ReadBoot();

    // Of the system's clock, which counts from the start of the machine.
    private TimeSpan Running => time.GetElapsedTime(0, time.GetTimestamp());

    /// <param name="statements">Within a transaction.</param>
    /// <param name="now">What the clock says.</param>
    public void Save(SqliteStatements statements, DateTimeOffset now)
    {
        if (_boot is not null)
            statements.Execute(Upsert, _boot, SqliteRows.Time(now), (long)Running.TotalMilliseconds);
    }

    /// <returns>The least that the clock says by now; null if nobody knows.</returns>
    public DateTimeOffset? Read(SqliteStatements statements)
    {
        var found = statements.Query(
            "SELECT clock, running FROM outbox_boot WHERE boot = $0", row => (Clock: SqliteRows.Time(row.GetInt64(0)), Running: TimeSpan.FromMilliseconds(row.GetInt64(1))), _boot);
        return found is [var then] ? then.Clock + (Running > then.Running ? Running - then.Running : TimeSpan.Zero) : null;
    }

    private static string? ReadBoot()
    {
        try
        {
            return File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
