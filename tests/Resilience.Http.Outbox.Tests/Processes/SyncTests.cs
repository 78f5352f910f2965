namespace Resilience.Http.Outbox.Tests;

/// <summary>A killed process proves nothing about the disk, as the system still has what was written. That every commit waits for it, only the system calls tell.</summary>
public sealed class SyncTests
{
    private const int Rows = 100;

    [Fact]
    public async Task Has_every_commit_written_to_the_disk()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed (apt-get install strace)");
        using var folder = new TempFolder();
        var trace = Path.Combine(folder.Path, "trace");

        using var child = new ChildProcess(["/usr/bin/strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace], "commit", folder.File, $"{Rows}");
        await child.EndAsync();

        (await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken)).Count(line => line.Contains("sync(", StringComparison.Ordinal)).Should().BeInRange(Rows, Rows * 2);
    }
}
