using System.Net;

namespace Resilience.Http;

/// <summary>Stands in for a content of which the transport knows that all of it is sent before the answer: only what derives from <see cref="ByteArrayContent"/> and its like is.</summary>
internal sealed class StandInBytesContent : ByteArrayContent, IStandInContent
{
    public StandInBytesContent(RequestBody body)
        : base([])
    {
        Body = body;
        Headers.CopyFrom(body.Written.Headers);
    }

    public RequestBody Body { get; }

    public BodyWriter? Writer { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => this.WriteAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => this.WriteAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => this.Write(stream, context, cancellationToken);

    protected override Task<Stream> CreateContentReadStreamAsync() => this.ReadAsync(CancellationToken.None);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => this.ReadAsync(cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => this.Read(cancellationToken);

    protected override bool TryComputeLength(out long length) => this.HasLength(out length);

    protected override void Dispose(bool disposing)
    {
        Body.IsDisposed |= disposing;
        // It holds nothing but memory, and may have to go again.
        base.Dispose(disposing: false);
    }
}
