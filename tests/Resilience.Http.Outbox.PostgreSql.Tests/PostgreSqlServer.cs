using System.Diagnostics;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A private server from the installed programs, as another user than root, gone with the tests. Where the programs are missing the tests are skipped.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private static readonly string? Programs = FindPrograms();

    private Process? _server;

    /// <summary>Why there is none; null if there is.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL's server programs are not installed (apt-get install postgresql)" : null;

    /// <summary>Holds its data and its socket.</summary>
    public string Folder { get; } = Path.Combine("/tmp", $"test-pg-{Guid.NewGuid():N}");

    public string ConnectionString => $"Host={Folder};Username=nobody;Database=postgres;Pooling=true;Maximum Pool Size=20";

    public async ValueTask InitializeAsync()
    {
        if (Programs is null)
            return;

        await RunAsync("install", "-d", "-m", "700", "-o", "nobody", Folder);
        await RunAsync([.. AsNobody, Path.Combine(Programs, "initdb"), "-D", $"{Folder}/data", "-A", "trust", "-U", "nobody", "-E", "UTF8", "--locale=C", "--no-sync"]);
        // Not by pg_ctl: a server that it has started outlives tests that are killed.
        _server = await StartAsNobodyAsync("is ready to accept connections", Path.Combine(Programs, "postgres"), "-D", $"{Folder}/data", "-k", Folder, "-c", "listen_addresses=", "-c", "fsync=off");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;

        await RunAsync([.. AsNobody, Path.Combine(Programs!, "pg_ctl"), "-D", $"{Folder}/data", "-m", "immediate", "stop"]);
        await _server.WaitForExitAsync();
        _server.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string[] AsNobody => Environment.UserName == "root" ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig", "QUIT", "env", "-i"] : ["env", "-i"];

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    /// <summary>A database of a test's own. Skips the test if there is no server.</summary>
    /// <returns>Its connection.</returns>
    public async Task<string> MakeDatabaseAsync()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? string.Empty);
        var name = $"t{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ToString();
    }

    /// <summary>Starts a program, and waits until its log says something.</summary>
    internal static async Task<Process> StartAsNobodyAsync(string sign, params string[] command)
    {
        var process = Start([.. AsNobody, .. command], "2>&1");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains(sign, StringComparison.Ordinal))
                continue;

            // Read on, or it would stop once the pipe is full.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return process;
        }

        throw new InvalidOperationException($"{string.Join(' ', command)} has ended without '{sign}'.");
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }

    private static Process Start(string[] command, string output = ">/dev/null 2>&1")
    {
        // The working folder must be one that its user may enter.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/tmp", RedirectStandardOutput = true };
        foreach (var arg in (string[])["-c", $"exec \"$@\" {output}", "sh", .. command])
            start.ArgumentList.Add(arg);
        return Parent.Start(start);
    }
}
