using System.Net;

namespace Resilience.Http.Tests;

/// <summary>Gets its bytes from a source that blocks, and writes them blocking.</summary>
internal sealed class BlockingContent(Action read, bool yields = false) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        if (yields)
            await Task.Yield();
        SerializeToStream(stream, context, CancellationToken.None);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        read();
        stream.Write(new byte[5], 0, 5);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
