namespace Resilience.Http;

/// <summary>
/// The statements. Times are whole microseconds of the server's clock. Clocks are set back, and a standby that takes over has one of its own: so it is noted when something was
/// written, and what is of a time to come counts as written now, or is over.
/// </summary>
internal static class QuotaSql
{
    private const string Now = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    // Room in every page, so that an update need not touch an index.
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS resilience_quota (k text PRIMARY KEY, full_at bigint NOT NULL, span double precision NOT NULL, written_at bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
        CREATE TABLE IF NOT EXISTS resilience_quota_pause (k text, authority text, until bigint NOT NULL, noted_at bigint NOT NULL DEFAULT 0, PRIMARY KEY (k, authority));
        CREATE TABLE IF NOT EXISTS resilience_quota_instance (quota text, id text, seen bigint NOT NULL, PRIMARY KEY (quota, id)) WITH (fillfactor = 50);
        ALTER TABLE resilience_quota ADD COLUMN IF NOT EXISTS written_at bigint NOT NULL DEFAULT 0;
        ALTER TABLE resilience_quota_pause ADD COLUMN IF NOT EXISTS noted_at bigint NOT NULL DEFAULT 0;
        """;

    public const string Exists = """
        SELECT to_regclass('resilience_quota_instance') IS NOT NULL
          AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('resilience_quota') AND attname = 'written_at' AND NOT attisdropped)
          AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('resilience_quota_pause') AND attname = 'noted_at' AND NOT attisdropped)
        """;

    public const string CreateTables = $"SELECT pg_advisory_xact_lock(7215311440); {Tables}";

    /// <summary>$1 keys, $2 spans. First of all, or a new bucket would be granted to each of those who ask for it at the same time.</summary>
    public const string Insert = """
        INSERT INTO resilience_quota (k, full_at, span, written_at) SELECT k, 0, span, 0 FROM unnest($1::text[], $2::double precision[]) AS w(k, span) ORDER BY k ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// $1 keys, $2 spans, $3 intervals, $4 wanted, $5 returned. Gives granted, wait, and what is left or -1 for no limit; granted is -1 if a row
    /// was swept away meanwhile. The clock is read when all rows are locked. A lost grant costs one lease, so it need not be on the disk. What servers say a request has cost has
    /// no bound: no more than 63 years are ever missing.
    /// </summary>
    public const string Take = $"""
        WITH s AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
        w AS (SELECT k, span, e FROM unnest($1::text[], $2::double precision[], $3::double precision[]) AS w(k, span, e)),
        locked AS MATERIALIZED (SELECT b.k, b.full_at, b.span, b.written_at FROM resilience_quota b, s WHERE b.k = ANY($1) ORDER BY b.k FOR UPDATE OF b),
        clock AS MATERIALIZED (SELECT count(*) AS n, {Now} AS now FROM locked),
        m AS MATERIALIZED (
          SELECT w.k, w.span, w.e, c.now, l.written_at > c.now AS is_ahead,
            LEAST(GREATEST(GREATEST(l.full_at - GREATEST(c.now, l.written_at), 0) * (w.span / l.span) - w.e * $5::bigint, 0), 2e15) AS missing
          FROM clock c CROSS JOIN w JOIN locked l USING (k)),
        f AS MATERIALIZED (SELECT min(GREATEST(floor((span - missing) / e + 1e-9), 0))::bigint AS free FROM m),
        d AS MATERIALIZED (
          SELECT CASE WHEN (SELECT n FROM clock) < cardinality($1::text[]) THEN -1 ELSE LEAST($4::bigint, free) END AS granted, free FROM f),
        u AS (
          INSERT INTO resilience_quota AS b (k, full_at, span, written_at)
          SELECT m.k, m.now + ceil(m.missing + m.e * d.granted)::bigint, m.span, m.now FROM m CROSS JOIN d
          WHERE d.granted > 0 OR (d.granted = 0 AND ($5::bigint <> 0 OR m.is_ahead)) ORDER BY m.k
          ON CONFLICT (k) DO UPDATE SET full_at = EXCLUDED.full_at, span = EXCLUDED.span, written_at = EXCLUDED.written_at
          RETURNING 1)
        SELECT granted, COALESCE(GREATEST((SELECT max(ceil(missing + e * (granted + 1) - span)) FROM m), 0), 0)::bigint, COALESCE(free - granted, -1) FROM d
        """;

    /// <summary>$1 the key.</summary>
    public const string Pauses = $"SELECT authority, until - {Now} FROM resilience_quota_pause WHERE k = $1 AND until > {Now} AND noted_at <= {Now}";

    /// <summary>$1 the key, $2 the authority, $3 the pause.</summary>
    public const string Pause = $"""
        INSERT INTO resilience_quota_pause AS p (k, authority, until, noted_at) SELECT $1, $2, {Now} + $3, {Now}
        WHERE $3 = 0 OR (SELECT count(*) FROM resilience_quota_pause WHERE k = $1 AND until > {Now} AND noted_at <= {Now}) < 100
        ON CONFLICT (k, authority) DO UPDATE SET noted_at = EXCLUDED.noted_at,
          until = CASE WHEN $3 = 0 THEN 0 WHEN p.noted_at > {Now} THEN EXCLUDED.until ELSE GREATEST(p.until, EXCLUDED.until) END
        """;

    /// <summary>$1 the quota, $2 the instance.</summary>
    public const string Seen = $"INSERT INTO resilience_quota_instance (quota, id, seen) VALUES ($1, $2, {Now}) ON CONFLICT (quota, id) DO UPDATE SET seen = EXCLUDED.seen";

    /// <summary>$1 the quota.</summary>
    public const string Count = $"SELECT count(*) FROM resilience_quota_instance WHERE quota = $1 AND seen > {Now} - 3000000 AND seen <= {Now}";

    /// <summary>At most 1,000 at a time, and none that is in use.</summary>
    public const string SweepBuckets = $"DELETE FROM resilience_quota WHERE k IN (SELECT k FROM resilience_quota WHERE full_at < {Now} LIMIT 1000 FOR UPDATE SKIP LOCKED)";

    public const string SweepPauses = $"DELETE FROM resilience_quota_pause WHERE until < {Now} OR noted_at > {Now}";

    public const string SweepInstances = $"DELETE FROM resilience_quota_instance WHERE seen < {Now} - 60000000 OR seen > {Now}";
}
