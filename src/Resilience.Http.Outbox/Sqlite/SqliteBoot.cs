namespace Resilience.Http;

/// <summary>
/// Remembers what the clock said when the machine had been running for how long. That nobody can set back: with it the clock goes on while no process has the file open, whatever becomes of the
/// one on the wall. Only within one start of the machine, and where the system tells starts apart (Linux).
/// </summary>
/// <param name="table">Which clock.</param>
/// <param name="time">Says how long the machine has been running.</param>
internal sealed class SqliteBoot(string table, TimeProvider time)
{
    /// <summary>That of the store's clock.</summary>
    public const string Clock = "outbox_boot";

    /// <summary>That of what is forgotten: it does not go along where the other follows a jump.</summary>
    public const string Settled = "outbox_settled";

    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private readonly string? _boot = ReadBoot();
    private readonly string _upsert = $"""
        INSERT INTO {table} VALUES (1, $0, $1, $2) ON CONFLICT (one) DO UPDATE SET boot = excluded.boot, clock = excluded.clock, running = excluded.running
        """;

    private readonly string _read = $"SELECT clock, running FROM {table} WHERE boot = $0";

    // Of the system's clock, which counts from the start of the machine.
    private TimeSpan Running => time.GetElapsedTime(0, time.GetTimestamp());

    public static string Make(string table)
        => $"CREATE TABLE IF NOT EXISTS {table} (one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT NOT NULL, clock INTEGER NOT NULL, running INTEGER NOT NULL) STRICT;";

    /// <param name="statements">Within a transaction.</param>
    /// <param name="now">What the clock says.</param>
    public void Save(SqliteStatements statements, DateTimeOffset now)
    {
        if (_boot is not null)
            statements.Execute(_upsert, _boot, SqliteRows.Time(now), (long)Running.TotalMilliseconds);
    }

    /// <returns>The least that the clock says by now; null if nobody knows.</returns>
    public DateTimeOffset? Read(SqliteStatements statements)
    {
        var found = statements.Query(_read, row => (Clock: SqliteRows.Time(row.GetInt64(0)), Running: TimeSpan.FromMilliseconds(row.GetInt64(1))), _boot);
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
