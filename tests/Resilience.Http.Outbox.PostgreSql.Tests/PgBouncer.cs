using System.Diagnostics;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

/// <summary>PgBouncer in transaction mode before the server, gone with the tests. Three connections serve everybody.</summary>
public sealed class PgBouncer(PostgreSqlServer server) : IAsyncLifetime
{
    private const string Program = "/usr/sbin/pgbouncer";
    private const int Port = 6432;

    private Process? _process;

    public static bool IsInstalled => File.Exists(Program);

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled || PostgreSqlServer.Missing is not null)
            return;

        var settings = Path.Combine(server.Folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host={server.Folder} user=nobody
            [pgbouncer]
            pool_mode = transaction
            default_pool_size = 3
            listen_addr =
            listen_port = {Port}
            unix_socket_dir = {server.Folder}
            auth_type = any
            """);
        _process = await PostgreSqlServer.StartAsNobodyAsync("process up", Program, settings);
    }

    /// <summary>The same database, by way of PgBouncer.</summary>
    public string Reach(string connection) => new NpgsqlConnectionStringBuilder(connection) { Port = Port }.ToString();

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
