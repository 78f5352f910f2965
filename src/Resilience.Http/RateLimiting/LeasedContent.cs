using System.Net;
using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>A response body that holds a lease until it has been read to its end or is disposed.</summary>
internal sealed class LeasedContent(HttpContent inner, RateLimitLease lease) : WrappedContent(inner)
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using (lease)
            await Inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using (lease)
            Inner.CopyTo(stream, context, cancellationToken);
    }

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        => new LeasedStream(await Inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), lease);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new LeasedStream(Inner.ReadAsStream(cancellationToken), lease);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            lease.Dispose();
        base.Dispose(disposing);
    }

    private sealed class LeasedStream(Stream body, RateLimitLease lease) : ForwardOnlyStream
    {
        public override bool CanRead => true;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => EndAt(body.Read(buffer), buffer.Length);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => EndAt(await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                lease.Dispose();
                body.Dispose();
            }

            base.Dispose(disposing);
        }

        private int EndAt(int read, int asked)
        {
            if (read == 0 && asked > 0)
                lease.Dispose();
            return read;
        }
    }
}
