namespace Resilience.Http;

/// <summary>The tables, and the number of their version.</summary>
internal static class PostgreSqlSchema
{
    public const long Version = 1;

    /// <summary>Whether they are there, all of them or none. Those that make them again would wait for every transaction that has kept a call, and everybody else for them.</summary>
    public const string IsMade = "SELECT to_regclass('outbox_ordering') IS NOT NULL AND to_regclass('outbox_wall') IS NOT NULL";

    // One worker makes them; the others wait for it.
    public const string Make = """
        SELECT pg_advisory_xact_lock(7310579612);
        CREATE TABLE IF NOT EXISTS outbox_store (
          one int PRIMARY KEY CHECK (one = 1), version bigint NOT NULL, id text NOT NULL, clock timestamptz NOT NULL);
        CREATE TABLE IF NOT EXISTS outbox_entry (
          seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, client text NOT NULL, key text NOT NULL, sent_key text, destination text NOT NULL,
          ordering_key text, ordering_no bigint, fingerprint bytea NOT NULL, payload bytea NOT NULL, kept_at timestamptz NOT NULL, state int NOT NULL,
          due_at timestamptz NOT NULL, holder int NOT NULL, epoch bigint NOT NULL, fence bigint NOT NULL, first_sent_at timestamptz, trying_since timestamptz,
          doubt int NOT NULL, tries int NOT NULL, reason text, status int, answer bytea NOT NULL, told boolean NOT NULL, ended_at timestamptz, UNIQUE (client, key));
        CREATE INDEX IF NOT EXISTS outbox_due ON outbox_entry (client, destination, due_at, seq) WHERE state = 0;
        CREATE INDEX IF NOT EXISTS outbox_order ON outbox_entry (client, ordering_key, ordering_no) WHERE ordering_key IS NOT NULL AND state IN (0, 3);
        CREATE INDEX IF NOT EXISTS outbox_untold ON outbox_entry (due_at) WHERE state > 0 AND NOT told;
        CREATE INDEX IF NOT EXISTS outbox_ended ON outbox_entry (client, state, ended_at) WHERE state > 0;
        CREATE TABLE IF NOT EXISTS outbox_destination (
          client text NOT NULL, name text NOT NULL, paused_until timestamptz NOT NULL, PRIMARY KEY (client, name));
        CREATE TABLE IF NOT EXISTS outbox_ordering (client text NOT NULL, key text NOT NULL, next bigint NOT NULL, PRIMARY KEY (client, key));
        CREATE TABLE IF NOT EXISTS outbox_wall (one int PRIMARY KEY CHECK (one = 1), clock timestamptz NOT NULL, wall timestamptz NOT NULL);
        INSERT INTO outbox_store VALUES (1, 1, replace(gen_random_uuid()::text, '-', ''), statement_timestamp()) ON CONFLICT DO NOTHING;
        """;

    public const string Read = "SELECT version, id, clock, statement_timestamp() FROM outbox_store";
}
