namespace TenantGateway;

/// <summary>Reads no more than it is meant to.</summary>
internal static class BoundedStream
{
    public static async Task<byte[]> ReadAsync(Stream stream, int longest, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > longest)
                throw new FormatException($"It has more than {longest} bytes.");

            await read.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return read.ToArray();
    }
}
