namespace Resilience.Http.Outbox.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("outbox-").FullName;

    public string File => System.IO.Path.Combine(Path, "outbox.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
