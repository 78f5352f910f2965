using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>The tables in the file, and the number of their version.</summary>
internal static class SqliteSchema
{
    public const long Version = 1;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS outbox_store (
          one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, id TEXT NOT NULL, epoch INTEGER NOT NULL, clock INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS outbox_entry (
          seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, client TEXT NOT NULL, key TEXT NOT NULL, sent_key TEXT, destination TEXT NOT NULL, ordering_key TEXT,
          fingerprint BLOB NOT NULL, payload BLOB NOT NULL, kept_at INTEGER NOT NULL, state INTEGER NOT NULL, due_at INTEGER NOT NULL, holder INTEGER NOT NULL,
          epoch INTEGER NOT NULL, fence INTEGER NOT NULL, first_sent_at INTEGER, trying_since INTEGER, doubt INTEGER NOT NULL, tries INTEGER NOT NULL, reason TEXT, status INTEGER,
          answer BLOB NOT NULL, told INTEGER NOT NULL, ended_at INTEGER, UNIQUE (client, key)) STRICT;
        CREATE INDEX IF NOT EXISTS outbox_due ON outbox_entry (client, destination, due_at, seq) WHERE state = 0;
        CREATE INDEX IF NOT EXISTS outbox_order ON outbox_entry (client, ordering_key, seq, state) WHERE ordering_key IS NOT NULL AND state IN (0, 3);
        CREATE INDEX IF NOT EXISTS outbox_untold ON outbox_entry (due_at) WHERE state > 0 AND told = 0;
        CREATE INDEX IF NOT EXISTS outbox_ended ON outbox_entry (client, state, ended_at) WHERE state > 0;
        CREATE TABLE IF NOT EXISTS outbox_destination (
          client TEXT NOT NULL, name TEXT NOT NULL, paused_until INTEGER NOT NULL, PRIMARY KEY (client, name)) STRICT, WITHOUT ROWID;
        """;

    /// <summary>Makes the tables where there are none. The id of the store tells it from others.</summary>
    /// <returns>The time that the clock of the store had reached.</returns>
    /// <exception cref="OutboxUnavailableException">A newer version of this library has made the tables.</exception>
    public static (string Id, DateTimeOffset Clock) Make(SqliteConnection connection, SqliteStatements statements)
    {
        if (Has(statements, "outbox_store"))
            CheckVersion(statements, connection.DataSource);
        // The last of them: whoever finds it need not wait for others who write the file, its own caller for one.
        if (!Has(statements, SqliteBoot.Settled))
        {
            Make(connection);
            CheckVersion(statements, connection.DataSource);
        }

        return statements.Query("SELECT id, clock FROM outbox_store", row => (row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))))[0];
    }

    private static bool Has(SqliteStatements statements, string table) => statements.Query("SELECT 1 FROM sqlite_master WHERE name = $0", row => true, table).Count > 0;

    private static void Make(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var statements = new SqliteStatements(connection);
        using (var tables = connection.CreateCommand())
        {
            tables.CommandText = Tables + SqliteBoot.Make(SqliteBoot.Clock) + SqliteWall.Table + SqliteBoot.Make(SqliteBoot.Settled);
            tables.ExecuteNonQuery();
        }

        statements.Execute("INSERT INTO outbox_store VALUES (1, $0, $1, 0, 0) ON CONFLICT DO NOTHING", Version, Guid.NewGuid().ToString("N"));
        transaction.Commit();
    }

    private static void CheckVersion(SqliteStatements statements, string file)
    {
        var found = statements.Query("SELECT version FROM outbox_store", row => row.GetInt64(0)).FirstOrDefault(Version);
        if (found > Version)
            throw new OutboxUnavailableException($"The outbox in {file} has version {found}; this library knows version {Version}. Use a newer version of Resilience.Http.Outbox.");
    }
}
