using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A redis-server of the tests' own, which ends with them.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private Process? _process;

    public bool IsInstalled { get; } = Programs.Find("redis-server") is not null;

    public int Port { get; } = FreePort();

    public IConnectionMultiplexer Connection { get; private set; } = null!;

    public static string Missing => "redis-server is not installed: apt-get install redis-server";

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
            return;

        await StartAsync();
        Connection = await ConnectAsync();
    }

    public async Task StartAsync()
    {
        _process = Programs.Start("redis-server", "--port", $"{Port}", "--bind", "127.0.0.1", "--save", string.Empty, "--appendonly", "no", "--daemonize", "no");
        await Programs.UntilAsync(() => ConnectTo(Port));
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Has the server stand still, or go on.</summary>
    public void Signal(string signal) => Programs.Start("kill", $"-{signal}", $"{_process!.Id}").WaitForExit();

    public async Task<IConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port},abortConnect=false,allowAdmin=true");

    public async ValueTask DisposeAsync()
    {
        if (Connection is not null)
            await Connection.DisposeAsync();
        if (_process is not null)
            await KillAsync();
        _process?.Dispose();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> ConnectTo(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
