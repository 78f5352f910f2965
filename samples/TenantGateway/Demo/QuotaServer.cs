using System.Net;
using Garnet;
using Garnet.server;

namespace TenantGateway;

/// <summary>A Garnet in this process, for gateways that are given no other store.</summary>
internal sealed class QuotaServer : IDisposable
{
    private readonly GarnetServer _server;

    public QuotaServer()
    {
        var port = FreePort.Next();
        _server = new(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            EnableLua = true,
            // Without it scripts of several connections run into each other, and more is granted than there is.
            LuaTransactionMode = true,
            LuaOptions = new(LuaMemoryManagementMode.Native, string.Empty, TimeSpan.FromSeconds(2), LuaLoggingMode.Silent, []),
            QuietMode = true,
        });
        _server.Start();
        Stores = new($"127.0.0.1:{port}", string.Empty);
    }

    public Stores Stores { get; }

    public void Dispose() => _server.Dispose();
}
