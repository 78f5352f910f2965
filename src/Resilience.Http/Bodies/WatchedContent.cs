using System.Net;

namespace Resilience.Http;

/// <summary>A response body that says, once, when it has been read to its end, has broken off, or is disposed.</summary>
internal sealed class WatchedContent(HttpContent inner, Action<object?> onEnded, object? state) : WrappedContent(inner)
{
    private Action<object?>? _onEnded = onEnded;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await Inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End();
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            Inner.CopyTo(stream, context, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        => new WatchedStream(await Inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), this);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new WatchedStream(Inner.ReadAsStream(cancellationToken), this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            End();
        base.Dispose(disposing);
    }

    private void End() => Interlocked.Exchange(ref _onEnded, null)?.Invoke(state);

    private sealed class WatchedStream(Stream body, WatchedContent content) : BodyStream(body)
    {
        public override int Read(Span<byte> buffer)
        {
            try
            {
                return EndAt(base.Read(buffer), buffer.Length);
            }
            catch
            {
                content.End();
                throw;
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Nothing has begun then, and the body can still be read.
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return EndAt(await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);
            }
            catch
            {
                // Also if it was cancelled: the transport gives the rest of the body up.
                content.End();
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                content.End();
            base.Dispose(disposing);
        }

        private int EndAt(int read, int asked)
        {
            if (read == 0 && asked > 0)
                content.End();
            return read;
        }
    }
}
