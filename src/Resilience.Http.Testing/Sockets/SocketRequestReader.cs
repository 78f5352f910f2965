using System.Globalization;
using System.Text;

namespace Resilience.Http.Testing;

/// <summary>Reads requests of HTTP/1.1 from a connection.</summary>
internal sealed class SocketRequestReader(Stream stream)
{
    /// <summary>Reads one request.</summary>
    /// <param name="time">The clock of the record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Makes the record of it, given the one before.</returns>
    public async Task<Func<UpstreamAttempt?, UpstreamAttempt>> ReadAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var start = (await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Split(' ');
        var lines = new List<(string Name, string Value)>();
        while (await ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } line)
            lines.Add(line.Split(':', 2) is [var name, var value] ? (name, value.Trim()) : (line, string.Empty));

        var headers = lines.ToLookup(line => line.Name, line => line.Value, StringComparer.OrdinalIgnoreCase);
        var url = new Uri(new Uri($"http://{headers["Host"].FirstOrDefault("localhost")}/"), start[1]);
        var body = await ReadBodyAsync(headers, cancellationToken).ConfigureAwait(false);
        return before =>
        {
            var now = time.GetUtcNow();
            return new(start[0], url, headers, body, now) { Number = before is null ? 1 : before.Number + 1, Wait = now - before?.EndedAt };
        };
    }

    private Task<byte[]> ReadBodyAsync(ILookup<string, string> headers, CancellationToken cancellationToken)
        => headers["Transfer-Encoding"].Contains("chunked")
            ? ReadChunksAsync(cancellationToken)
            : ReadBytesAsync(int.Parse(headers["Content-Length"].FirstOrDefault("0"), CultureInfo.InvariantCulture), cancellationToken);

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        while (int.Parse(await ReadLineAsync(cancellationToken).ConfigureAwait(false), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body.AddRange(await ReadBytesAsync(length, cancellationToken).ConfigureAwait(false));
            await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }

        await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return [.. body];
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while ((await ReadBytesAsync(1, cancellationToken).ConfigureAwait(false))[0] is not (byte)'\n' and var letter)
            line.Append((char)letter);
        return line.ToString().TrimEnd('\r');
    }
}
