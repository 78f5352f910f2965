using System.Net;
using Garnet;
using Garnet.server;
using Samples;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A Garnet server in this process, and eight connections to it.</summary>
public sealed class GarnetProcess : IAsyncLifetime
{
    private readonly List<IConnectionMultiplexer> _connections = [];
    private GarnetServer? _server;

    public int Port { get; } = FreePort.Next();

    public IQuotaStore Store { get; private set; } = null!;

    public IConnectionMultiplexer Connection => _connections[0];

    public async ValueTask InitializeAsync()
    {
        _server = new(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, Port)],
            EnableLua = true,
            LuaTransactionMode = true,
            LuaOptions = new(LuaMemoryManagementMode.Native, string.Empty, TimeSpan.FromSeconds(2), LuaLoggingMode.Silent, []),
            QuietMode = true,
        });
        _server.Start();
        for (var i = 0; i < 8; i++)
            _connections.Add(await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port}"));
        Store = new TurnsStore([.. _connections.Select(connection => new RedisQuotaStore(connection))]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
            await connection.DisposeAsync();
        _server?.Dispose();
    }
}
