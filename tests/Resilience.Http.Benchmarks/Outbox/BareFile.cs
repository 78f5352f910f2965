using Microsoft.Data.Sqlite;

namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>One row of 1 KiB with a unique key, one commit that waits for the disk, and nothing else.</summary>
internal sealed class BareFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bare-");
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter _key;

    public BareFile()
    {
        _connection = new($"Data Source={Path.Combine(_folder.FullName, "bare.db")};Pooling=False");
        _connection.Open();
        using (var create = _connection.CreateCommand())
        {
            create.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (key TEXT PRIMARY KEY, body BLOB)";
            create.ExecuteNonQuery();
        }

        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO bare VALUES ($key, $body)";
        _key = _insert.Parameters.Add("$key", SqliteType.Text);
        _insert.Parameters.Add("$body", SqliteType.Blob).Value = new byte[1024];
    }

    public void Write()
    {
        _key.Value = Guid.NewGuid().ToString();
        _insert.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
        _folder.Delete(recursive: true);
    }
}
