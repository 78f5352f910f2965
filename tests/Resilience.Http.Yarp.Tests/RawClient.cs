using System.Net.Sockets;
using System.Text;

namespace Resilience.Http.Yarp.Tests;

/// <summary>Writes what <see cref="HttpClient"/> would not.</summary>
internal sealed class RawClient(string address) : IDisposable
{
    private readonly TcpClient _client = new(new Uri(address).Host, new Uri(address).Port);

    /// <summary>Sends a request of HTTP/1.0, after which the server closes the connection.</summary>
    /// <returns>All that comes back.</returns>
    public async Task<string> SendAsync(string request, CancellationToken cancellationToken)
    {
        var stream = _client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public void Dispose() => _client.Dispose();
}
