namespace Resilience.Http;

/// <summary>
/// Remembers what the clock said when the wall said what: where it is ahead, because the wall was for a moment, it goes on by the wall while no process has the file open.
/// </summary>
internal sealed class SqliteWall(TimeProvider time)
{
    public const string Table = """
        CREATE TABLE IF NOT EXISTS outbox_wall (one INTEGER PRIMARY KEY CHECK (one = 1), clock INTEGER NOT NULL, wall INTEGER NOT NULL) STRICT;
        """;

    private const string Upsert = "INSERT INTO outbox_wall VALUES (1, $0, $1) ON CONFLICT (one) DO UPDATE SET clock = excluded.clock, wall = excluded.wall";

    /// <param name="statements">Within a transaction.</param>
    /// <param name="now">What the clock says.</param>
    public void Save(SqliteStatements statements, DateTimeOffset now) => statements.Execute(Upsert, SqliteRows.Time(now), SqliteRows.Time(time.GetUtcNow()));

    /// <returns>The least that the clock says by now; null if nobody knows.</returns>
    public DateTimeOffset? Read(SqliteStatements statements)
    {
        var found = statements.Query("SELECT clock, wall FROM outbox_wall", row => (Clock: SqliteRows.Time(row.GetInt64(0)), Wall: SqliteRows.Time(row.GetInt64(1))));
        return found is [var then] ? then.Clock + (time.GetUtcNow() is var wall && wall > then.Wall ? wall - then.Wall : TimeSpan.Zero) : null;
    }
}
