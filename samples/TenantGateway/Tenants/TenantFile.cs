namespace TenantGateway;

/// <summary>
/// A file that is watched by reading it: notifications of the file system get lost over networks, containers and symbolic links, and four small reads a second
/// cost nothing.
/// </summary>
internal sealed class TenantFile(string path, int maxBytes) : ITenantSource
{
    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using (file)
                return await BoundedStream.ReadAsync(file, maxBytes, cancellationToken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
