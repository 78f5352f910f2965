using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace QuickStart;

/// <summary>As much of a request as the upstream looks at.</summary>
internal sealed record WireRequest(string Method, string? IdempotencyKey, string Body)
{
    /// <returns>Null when the client has closed the connection.</returns>
    public static async Task<WireRequest?> ReadAsync(NetworkStream stream, CancellationToken cancelled)
    {
        var head = new StringBuilder();
        var next = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(next, cancelled) == 0)
                return null;
            head.Append((char)next[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var body = new byte[int.Parse(Header(lines, "Content-Length") ?? "0", CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancelled);
        return new(lines[0].Split(' ')[0], Header(lines, "Idempotency-Key"), Encoding.UTF8.GetString(body));
    }

    private static bool EndsHead(StringBuilder head) => head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n";

    private static string? Header(string[] lines, string name)
        => lines.FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
