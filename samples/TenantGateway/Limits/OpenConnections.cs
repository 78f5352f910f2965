using System.Net;
using Microsoft.AspNetCore.Connections;

namespace TenantGateway;

/// <summary>
/// Bounds the open connections of each address, so that nobody takes all that the server accepts: for that no key is needed. Named proxies are not counted: each
/// stands for many clients.
/// </summary>
/// <param name="perAddress">How many each address may have open.</param>
/// <param name="proxies">Addresses without a bound.</param>
internal sealed class OpenConnections(int perAddress, IEnumerable<string> proxies)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, int> _open = [];
    private readonly HashSet<IPAddress> _proxies = [.. proxies.Select(proxy => Plain(IPAddress.Parse(proxy)))];

    /// <summary>How many addresses have one open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Serves a connection, or closes it if its address has too many.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // Whoever comes by a socket of this machine is a proxy. A named one is the address alone, and not its neighbours.
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || _proxies.Contains(Plain(address)))
        {
            await next(connection);
            return;
        }

        var block = AddressBlock.Of(address);
        if (!TryEnter(block))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(block);
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private bool TryEnter(AddressBlock block)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(block);
            if (open >= perAddress)
                return false;

            _open[block] = open + 1;
            return true;
        }
    }

    private void Leave(AddressBlock block)
    {
        lock (_lock)
        {
            if (--_open[block] == 0)
                _open.Remove(block);
        }
    }
}
