namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>The outbox's store in a file of its own.</summary>
internal sealed class StoreFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outbox-");
    private readonly SqliteOutboxStore _store;

    public StoreFile() => _store = new(new() { Path = Path.Combine(_folder.FullName, "outbox.db") });

    public Task WriteAsync()
    {
        var id = Guid.CreateVersion7().ToString("N");
        return _store.AddAsync(
            new() { Id = id, Client = "pay", Key = Guid.NewGuid().ToString(), Destination = "here", Fingerprint = new byte[32], Payload = new byte[1024], KeptAt = _store.Now, DueAt = _store.Now, Fence = 1 }, null, default);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }
}
