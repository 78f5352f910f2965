using System.Globalization;
using System.Text;

namespace Resilience.Http.Tests;

internal sealed class RequestParser(Stream stream)
{
    public async Task<ReceivedRequest> ReadAsync(CancellationToken cancellationToken)
    {
        var start = (await ReadLineAsync(cancellationToken)).Split(' ');
        var headers = new List<(string Name, string Value)>();
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            headers.Add(line.Split(':', 2) is [var name, var value] ? (name, value.Trim()) : (line, ""));

        var lookup = headers.ToLookup(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return new ReceivedRequest(start[0], start[1], lookup, await ReadBodyAsync(lookup, cancellationToken));
    }

    private Task<byte[]> ReadBodyAsync(ILookup<string, string> headers, CancellationToken cancellationToken)
        => headers["Transfer-Encoding"].Contains("chunked")
            ? ReadChunksAsync(cancellationToken)
            : ReadBytesAsync(int.Parse(headers["Content-Length"].FirstOrDefault("0"), CultureInfo.InvariantCulture), cancellationToken);

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        while (int.Parse(await ReadLineAsync(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body.AddRange(await ReadBytesAsync(length, cancellationToken));
            await ReadLineAsync(cancellationToken);
        }

        await ReadLineAsync(cancellationToken);
        return [.. body];
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while ((await ReadBytesAsync(1, cancellationToken))[0] is not (byte)'\n' and var letter)
            line.Append((char)letter);
        return line.ToString().TrimEnd('\r');
    }
}
