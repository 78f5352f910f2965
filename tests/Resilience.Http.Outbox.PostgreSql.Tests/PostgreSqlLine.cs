using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

/// <summary>The way to a server. Told so, it breaks once the server has done a statement, before its answer has come back.</summary>
internal sealed class PostgreSqlLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _socket;
    private int _cuts;
    private string _statement = string.Empty;

    /// <param name="connection">To the server's socket.</param>
    public PostgreSqlLine(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        _socket = Path.Combine(settings.Host!, ".s.PGSQL.5432");
        _listener.Start();
        (settings.Host, settings.Port, settings.SslMode) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode.Disable);
        ConnectionString = settings.ToString();
        _ = AcceptAsync();
    }

    /// <summary>The same database, by this way.</summary>
    public string ConnectionString { get; }

    /// <summary>Loses the answers to the next statements that begin like this.</summary>
    public void Break(string statement, int times) => (_statement, _cuts) = (statement, times);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
        using var ends = new NetworkStream(server);
        var isCut = false;
        var there = RelayAsync(client.GetStream(), ends, bytes => isCut |= bytes.IndexOf(System.Text.Encoding.UTF8.GetBytes(_statement)) >= 0 && Interlocked.Decrement(ref _cuts) >= 0);
        // What the server says of a statement, it says once that is committed.
        var back = RelayAsync(ends, client.GetStream(), _ => isCut, stops: true);
        await Task.WhenAny(there, back);
    }

    private static async Task RelayAsync(Stream from, Stream to, Watch watch, bool stops = false)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read)
            {
                if (watch(buffer.AsSpan(0, read)) && stops)
                    return;
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
        }
    }

    private delegate bool Watch(ReadOnlySpan<byte> bytes);
}
