namespace Resilience.Http;

/// <summary>The statements of the file.</summary>
internal static class SqliteSql
{
    public const string FindByKey = $"SELECT {SqliteRows.Columns} FROM outbox_entry WHERE client = $0 AND key = $1";

    public const string FindWaiting = $"{FindByKey} AND state = 0";

    public const string FindAnyWaiting = $"SELECT {SqliteRows.Columns} FROM outbox_entry WHERE client = $0 AND state = 0 LIMIT 1";

    // Two have it now, and the first must not take it back: who waits for its commit gives up by the fence.
    public const string Share = $"UPDATE outbox_entry SET fence = random() WHERE client = $0 AND key = $1 AND id <> $3 AND state = 0 AND (holder = 0 OR (holder = 1 AND due_at <= $2)) RETURNING {SqliteRows.Columns}";

    public const string Find = $"SELECT {SqliteRows.Columns} FROM outbox_entry WHERE id = $0";

    public const string List = $"""
        SELECT {SqliteRows.Columns} FROM outbox_entry
        WHERE id > $0 AND ($1 IS NULL OR client = $1) AND ($2 IS NULL OR state = $2) ORDER BY id LIMIT $3
        """;

    // A caller renews its lease under the same fence.
    public const string Replace = """
        UPDATE outbox_entry SET sent_key = $17, payload = $2, state = $3, due_at = CASE WHEN holder = 1 AND $5 = 1 THEN max(due_at, $4) ELSE $4 END, holder = $5, epoch = $6, fence = $7, first_sent_at = $8, trying_since = $9,
          doubt = $10, tries = $11, reason = $12, status = $13, answer = $14, told = $15, ended_at = $16
        WHERE id = $0 AND fence = $1
        """;

    public const string Delete = "DELETE FROM outbox_entry WHERE id = $0 AND fence = $1";

    public const string ReadEpoch = "SELECT epoch FROM outbox_store";

    public const string RaiseEpoch = "UPDATE outbox_store SET epoch = epoch + 1 RETURNING epoch, clock";

    // What an older owner still holds is free, and its late results find another fence.
    public const string FreeLeases = """
        UPDATE outbox_entry SET due_at = min(due_at, $0), holder = 0, fence = random()
        WHERE holder = 2 AND epoch < $1 AND (state = 0 OR told = 0)
        """;

    public const string RaiseClock = "UPDATE outbox_store SET clock = max(clock, $0) RETURNING clock";

    // From one destination to the next through the index: in a table of their own one could be missing, and its entries would wait for ever.
    public const string FindDue = """
        WITH RECURSIVE d AS (
          SELECT * FROM (SELECT client, destination FROM outbox_entry WHERE state = 0 ORDER BY client, destination LIMIT 1)
          UNION ALL
          SELECT e.client, e.destination FROM d JOIN outbox_entry e ON e.seq = coalesce(
            (SELECT n.seq FROM outbox_entry n WHERE n.state = 0 AND n.client = d.client AND n.destination > d.destination ORDER BY n.destination LIMIT 1),
            (SELECT n.seq FROM outbox_entry n WHERE n.state = 0 AND n.client > d.client ORDER BY n.client, n.destination LIMIT 1)))
        SELECT d.client, d.destination FROM d LEFT JOIN outbox_destination p ON p.client = d.client AND p.name = d.destination
        WHERE coalesce(p.paused_until, $0) <= $0
          AND EXISTS (SELECT 1 FROM outbox_entry e WHERE e.state = 0 AND e.client = d.client AND e.destination = d.destination AND e.due_at <= $0)
        """;

    public const string Claim = $"""
        UPDATE outbox_entry SET due_at = $5, holder = 2, epoch = $6, fence = random(), tries = tries + 1,
          first_sent_at = coalesce(first_sent_at, trying_since), trying_since = $2
        WHERE seq IN (
          SELECT o.seq FROM outbox_entry o
          WHERE o.state = 0 AND o.client = $0 AND o.destination = $1 AND o.due_at <= $2
            AND (o.ordering_key IS NULL OR NOT EXISTS (
              SELECT 1 FROM outbox_entry e
              WHERE e.client = o.client AND e.ordering_key = o.ordering_key AND e.seq < o.seq AND e.state IN (0, 3) AND (e.state = 0 OR $3)))
          ORDER BY o.due_at, o.seq LIMIT $4)
        RETURNING {SqliteRows.Columns}, seq
        """;

    public const string ClaimUntold = $"""
        UPDATE outbox_entry SET due_at = $1, holder = 2, epoch = $2, fence = random()
        WHERE seq IN (SELECT seq FROM outbox_entry WHERE state > 0 AND told = 0 AND due_at <= $0 ORDER BY due_at LIMIT $3)
        RETURNING {SqliteRows.Columns}
        """;

    public const string Pause = """
        INSERT INTO outbox_destination VALUES ($0, $1, $2)
        ON CONFLICT (client, name) DO UPDATE SET paused_until = max(paused_until, excluded.paused_until)
        """;

    // A dead letter stays as long as others wait behind it: they wait for a person, not for its end.
    public const string Forget = """
        DELETE FROM outbox_entry
        WHERE seq IN (
          SELECT o.seq FROM outbox_entry o
          WHERE o.state > 0 AND o.client = $0 AND o.state = $1 AND o.ended_at < $2 AND o.told = 1
            AND (o.state <> 3 OR o.ordering_key IS NULL OR NOT EXISTS (
              SELECT 1 FROM outbox_entry e WHERE e.client = o.client AND e.ordering_key = o.ordering_key AND e.seq > o.seq AND e.state = 0))
          LIMIT 500)
        """;

    public const string ForgetPauses = "DELETE FROM outbox_destination WHERE paused_until < $0";

    public const string Count = "SELECT client, state, count(*), min(kept_at) FROM outbox_entry WHERE state IN (0, 3) GROUP BY client, state";

    private const string Values = "$0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22";

    private const string InsertAny = $"INSERT INTO outbox_entry ({SqliteRows.Columns}) VALUES ({Values}) ON CONFLICT (client, key) DO NOTHING";

    // The bound holds for what is added: PRAGMA max_page_count would also keep results from being noted, and what was kept would never end. To look at the size takes twice as long as to insert.
    private const string InsertWhatFits = $"""
        INSERT INTO outbox_entry ({SqliteRows.Columns}) SELECT {Values}
        WHERE length($7) + (SELECT (c.page_count - f.freelist_count) * s.page_size FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s) <= $23
        ON CONFLICT (client, key) DO NOTHING
        """;

    /// <summary>Adds an entry, unless its key is known or the file would become larger than it may be.</summary>
    public static (string Sql, object?[] Values) Insert(OutboxRow row, long? maxFileBytes)
        => maxFileBytes is { } bytes ? (InsertWhatFits, [.. SqliteRows.Write(row), bytes]) : (InsertAny, SqliteRows.Write(row));
}
