namespace Resilience.Http;

/// <summary>
/// The statements. <c>statement_timestamp()</c>, as an index cannot be searched with <c>clock_timestamp()</c>; limits as literals, as the planner would expect a tenth of the table; nothing
/// is prepared, as PgBouncer hands the connection to others.
/// </summary>
internal static class PostgreSqlSql
{
    public const string Columns = """
        id, client, key, sent_key, destination, ordering_key, fingerprint, payload, kept_at, state, due_at, holder, epoch, fence, first_sent_at, trying_since,
        doubt, tries, reason, status, answer, told, ended_at
        """;

    private const string Values = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23";

    public const string Insert = $"""
        INSERT INTO outbox_entry ({Columns}) VALUES ({Values}) ON CONFLICT (client, key) DO NOTHING
        """;

    // Identity order is not commit order: the row of an ordering key is held until the caller's transaction has ended.
    public const string InsertOrdered = $"""
        WITH o AS (INSERT INTO outbox_ordering AS o VALUES ($2, $6, 1) ON CONFLICT (client, key) DO UPDATE SET next = o.next + 1 RETURNING next)
        INSERT INTO outbox_entry ({Columns}, ordering_no) SELECT {Values}, next FROM o ON CONFLICT (client, key) DO NOTHING
        """;

    public const string ReadDurability = "SELECT current_setting('synchronous_commit')";

    public const string FindByKey = $"SELECT {Columns} FROM outbox_entry WHERE client = $1 AND key = $2";

    public const string FindWaiting = $"{FindByKey} AND state = 0";

    public const string FindAnyWaiting = $"SELECT {Columns} FROM outbox_entry WHERE client = $1 AND state = 0 LIMIT 1";

    // Two have it now, and the first must not take it back: who waits for its commit gives up by the fence. Who adds its own once more, as an answer was lost, is one.
    public const string Share = $"""
        UPDATE outbox_entry SET fence = floor(random() * 9007199254740991)::bigint
        WHERE client = $1 AND key = $2 AND id <> $4 AND state = 0 AND (holder = 0 OR (holder = 1 AND due_at <= $3)) RETURNING {Columns}
        """;

    public const string Find = $"SELECT {Columns} FROM outbox_entry WHERE id = $1";

    public const string List = $"""
        SELECT {Columns} FROM outbox_entry WHERE id > $1 AND ($2::text IS NULL OR client = $2) AND ($3::int IS NULL OR state = $3) ORDER BY id LIMIT $4
        """;

    // Once more after a commit that nobody heard of, it is the same change: its new fence is there already.
    // A caller renews its lease under the same fence.
    public const string Replace = """
        UPDATE outbox_entry SET sent_key = $3, payload = $4, state = $5, due_at = CASE WHEN holder = 1 AND $7 = 1 THEN greatest(due_at, $6) ELSE $6 END,
          holder = $7, epoch = $8, fence = $9, first_sent_at = $10, trying_since = $11,
          doubt = $12, tries = $13, reason = $14, status = $15, answer = $16, told = $17, ended_at = $18
        WHERE id = $1 AND fence IN ($2, $9)
        """;

    public const string Delete = "DELETE FROM outbox_entry WHERE id = $1 AND fence = $2";

    // Where it is ahead, because the server was for a moment, it goes on by the server's clock while no worker runs: outbox_wall has what the one said when the other said what.
    public const string RaiseClock = """
        WITH raised AS (
          UPDATE outbox_store SET clock = greatest(clock, statement_timestamp() + $1, (SELECT clock + greatest(statement_timestamp() - wall, interval '0') FROM outbox_wall)) RETURNING clock),
        saved AS (
          INSERT INTO outbox_wall SELECT 1, clock, statement_timestamp() FROM raised ON CONFLICT (one) DO UPDATE SET clock = excluded.clock, wall = excluded.wall)
        SELECT clock, statement_timestamp() FROM raised
        """;

    // From one destination to the next through the index. In a table of their own one could be missing, after a fail-over for example, and its entries would wait for ever.
    public const string FindDue = """
        WITH RECURSIVE d AS (
          (SELECT client, destination FROM outbox_entry WHERE state = 0 ORDER BY client, destination LIMIT 1)
          UNION ALL
          SELECT n.client, n.destination FROM d CROSS JOIN LATERAL (
            SELECT e.client, e.destination FROM outbox_entry e WHERE e.state = 0 AND (e.client, e.destination) > (d.client, d.destination) ORDER BY e.client, e.destination LIMIT 1) n)
        SELECT d.client, d.destination FROM d LEFT JOIN outbox_destination p ON p.client = d.client AND p.name = d.destination
        WHERE (p.paused_until IS NULL OR p.paused_until <= statement_timestamp() + $1)
          AND EXISTS (SELECT 1 FROM outbox_entry e WHERE e.state = 0 AND e.client = d.client AND e.destination = d.destination AND e.due_at <= statement_timestamp() + $1)
        """;

    // What was being tried before it was claimed is in first_sent_at.
    public const string TakeBack = """
        UPDATE outbox_entry SET due_at = statement_timestamp() + $3, holder = 0, fence = floor(random() * 9007199254740991)::bigint, tries = tries - 1, trying_since = NULL
        WHERE client = $1 AND destination = $2 AND state = 0 AND due_at > statement_timestamp() + $3 AND holder = 2 AND fence = $4
        """;

    public const string ClaimUntold = $"""
        UPDATE outbox_entry SET due_at = statement_timestamp() + $1 + $2, holder = 2, fence = floor(random() * 9007199254740991)::bigint
        WHERE seq = ANY(ARRAY(SELECT seq FROM outbox_entry WHERE state > 0 AND NOT told AND due_at <= statement_timestamp() + $1 ORDER BY due_at LIMIT 64 FOR UPDATE SKIP LOCKED))
        RETURNING {Columns}
        """;

    public const string Pause = """
        INSERT INTO outbox_destination AS d VALUES ($1, $2, $3)
        ON CONFLICT (client, name) DO UPDATE SET paused_until = greatest(d.paused_until, excluded.paused_until)
        """;

    // A dead letter stays as long as others wait behind it: they wait for a person, not for its end.
    public const string Forget = """
        DELETE FROM outbox_entry
        WHERE seq = ANY(ARRAY(
          SELECT o.seq FROM outbox_entry o
          WHERE o.state > 0 AND o.client = $1 AND o.state = $2 AND o.ended_at < $3 AND o.told
            AND (o.state <> 3 OR o.ordering_key IS NULL OR NOT EXISTS (
              SELECT 1 FROM outbox_entry e WHERE e.client = o.client AND e.ordering_key = o.ordering_key AND e.ordering_no > o.ordering_no AND e.state = 0))
          LIMIT 500 FOR UPDATE SKIP LOCKED))
        """;

    public const string ForgetPauses = "DELETE FROM outbox_destination WHERE paused_until < statement_timestamp() + $1";

    // A counter orders what waits and what is dead. One that was raised meanwhile, or that a transaction holds, has an entry that cannot be seen yet.
    public const string ForgetOrders = """
        WITH idle AS MATERIALIZED (
          SELECT o.client, o.key, o.next FROM outbox_ordering o
          WHERE NOT EXISTS (SELECT 1 FROM outbox_entry e WHERE e.client = o.client AND e.ordering_key = o.key AND e.state IN (0, 3)) LIMIT 1000),
        free AS MATERIALIZED (
          SELECT o.client, o.key FROM outbox_ordering o JOIN idle i ON i.client = o.client AND i.key = o.key AND i.next = o.next FOR UPDATE OF o SKIP LOCKED)
        DELETE FROM outbox_ordering o USING free f WHERE o.client = f.client AND o.key = f.key
        """;

    public const string Count = "SELECT client, state, count(*), min(kept_at) FROM outbox_entry WHERE state IN (0, 3) GROUP BY client, state";

    private static readonly int[] Limits = [1, 2, 4, 8, 16, 32, 64, 128, 256];
    private static readonly string[] Claims = [.. Limits.Select(Claim)];

    /// <summary>The claim with the largest limit that is not above this one.</summary>
    public static string ClaimOf(int limit) => Claims[Math.Max(Array.FindLastIndex(Limits, other => other <= limit), 0)];

    private static string Claim(int limit) => $"""
        WITH c AS MATERIALIZED (
          SELECT o.seq FROM outbox_entry o
          WHERE o.state = 0 AND o.client = $1 AND o.destination = $2 AND o.due_at <= statement_timestamp() + $3
            AND (o.ordering_key IS NULL OR NOT EXISTS (
              SELECT 1 FROM outbox_entry e
              WHERE e.client = o.client AND e.ordering_key = o.ordering_key AND e.ordering_no < o.ordering_no AND e.state IN (0, 3) AND (e.state = 0 OR $4)))
          ORDER BY o.due_at, o.seq LIMIT {limit} FOR UPDATE SKIP LOCKED)
        UPDATE outbox_entry o SET due_at = statement_timestamp() + $3 + $5, holder = 2, fence = $6, tries = tries + 1,
          first_sent_at = coalesce(first_sent_at, trying_since), trying_since = statement_timestamp() + $3
        WHERE o.seq = ANY(ARRAY(SELECT seq FROM c)) RETURNING {Columns}
        """;
}
