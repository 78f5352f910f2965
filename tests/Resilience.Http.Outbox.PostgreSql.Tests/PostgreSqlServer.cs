using System.Diagnostics;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A private server from the installed programs, as another user than root, gone with the tests. Where the programs are missing the tests are skipped.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private static readonly string? Programs = FindPrograms();

    private readonly string _folder = Path.Combine("/tmp", $"outbox-pg-{Environment.ProcessId}");
    private Process? _server;

    /// <summary>Why there is none; null if there is.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL's server programs are not installed" : null;

    public string ConnectionString => $"Host={_folder};Username=nobody;Database=postgres;Pooling=true;Maximum Pool Size=20";

    public async ValueTask InitializeAsync()
    {
        if (Programs is null)
            return;

        await RunAsync("install", "-d", "-m", "700", "-o", "nobody", _folder);
        await RunAsync([.. AsNobody, Path.Combine(Programs, "initdb"), "-D", $"{_folder}/data", "-A", "trust", "-U", "nobody", "-E", "UTF8", "--locale=C", "--no-sync"]);
        _server = Start([.. AsNobody, Path.Combine(Programs, "postgres"), "-D", $"{_folder}/data", "-k", _folder, "-c", "listen_addresses="]);
        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;

        await RunAsync([.. AsNobody, Path.Combine(Programs!, "pg_ctl"), "-D", $"{_folder}/data", "-m", "immediate", "stop"]);
        await _server.WaitForExitAsync();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] AsNobody => Environment.UserName == "root" ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig", "QUIT", "env", "-i"] : ["env", "-i"];

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private async Task WaitAsync()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(ConnectionString);
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                return;
            }
            catch (Npgsql.NpgsqlException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }

    private static Process Start(string[] command)
    {
        // Its own words are nobody's; the working folder must be one that its user may enter.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/tmp" };
        foreach (var arg in (string[])["-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. command])
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}
