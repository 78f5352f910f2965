using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Samples;

/// <summary>A port for a server that has to be told one.</summary>
internal static class FreePort
{
    // Below the ports that systems give to outgoing connections: any of these could take a port from there before the server does, or while it is being restarted.
    private const int First = 20_000;
    private const int End = 32_768;

    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
