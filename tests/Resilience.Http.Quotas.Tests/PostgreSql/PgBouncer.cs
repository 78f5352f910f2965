using System.Diagnostics;
using Npgsql;
using Samples;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A PgBouncer of the tests' own: transaction mode, ten connections to the server.</summary>
public sealed class PgBouncer(PostgreSqlDatabase database) : IAsyncLifetime
{
    private readonly string? _program = Programs.Find("pgbouncer");
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"quota-bouncer-{Guid.NewGuid():N}")).FullName;
    private Process? _process;

    public NpgsqlDataSource Source { get; private set; } = null!;

    public string? Missing => PostgreSqlDatabase.Missing ?? (_program is null ? "pgbouncer is not installed: apt-get install pgbouncer" : null);

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;

        var port = FreePort.Next();
        var settings = Path.Combine(_folder, "bouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            postgres = host={database.Folder} port=5432 user=nobody
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 10
            """);
        _process = await Programs.StartAsync("process up", _program!, Environment.UserName == "root" ? ["-u", "nobody", settings] : [settings]);
        Source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username=nobody;Database=postgres;Maximum Pool Size=64;No Reset On Close=true");
    }

    public async ValueTask DisposeAsync()
    {
        if (Source is not null)
            await Source.DisposeAsync();
        _process?.Kill();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
