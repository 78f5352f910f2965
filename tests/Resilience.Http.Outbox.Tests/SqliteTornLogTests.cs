using Microsoft.Data.Sqlite;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A crash of the machine may leave torn bytes after the last commit that was acknowledged. SIGKILL cannot: the system still writes them.</summary>
public sealed class SqliteTornLogTests
{
    private const int Rows = 20;
    private const int FrameHeader = 24;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Has_every_acknowledged_entry_whatever_follows_the_last_commit(bool garbles)
    {
        using var folder = new TempFolder();
        var (database, log, acknowledged) = await WriteAsync(folder);

        // Every byte of a frame's header, then every 64th of its page.
        var offsets = Enumerable.Range(acknowledged, FrameHeader).Concat(Enumerable.Range(0, (log.Length - acknowledged) / 64).Select(step => acknowledged + (step * 64)));
        foreach (var offset in offsets)
        {
            var torn = garbles ? log.Select((value, at) => at >= offset && at < offset + 8 ? (byte)~value : value).ToArray() : log[..offset];
            (await RowsOfAsync(database, torn)).Should().BeGreaterThanOrEqualTo(Rows, "offset {0} is after the last acknowledged commit", offset);
        }
    }

    private static async Task<(byte[] Database, byte[] Log, int Acknowledged)> WriteAsync(TempFolder folder)
    {
        using var store = new SqliteOutboxStore(new() { Path = folder.File });
        for (var i = 0; i < Rows; i++)
            await AddAsync(store, $"{i}");
        var acknowledged = Read(folder.File + "-wal").Length;
        await AddAsync(store, "unacknowledged");
        return (Read(folder.File), Read(folder.File + "-wal"), acknowledged);
    }

    private static async Task<long> RowsOfAsync(byte[] database, byte[] log)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File, database, Cancelled);
        await File.WriteAllBytesAsync(folder.File + "-wal", log, Cancelled);
        await using var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM outbox_entry";
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private static Task<OutboxRow> AddAsync(SqliteOutboxStore store, string id) => store.AddAsync(
        new OutboxRow { Id = id, Client = "pay", Key = id, Destination = "here", Fingerprint = new byte[] { 1 }, KeptAt = store.Now, DueAt = store.Now, Fence = 1 }, null, Cancelled);

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
