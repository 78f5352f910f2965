namespace Resilience.Http;

/// <summary>
/// A response body's stream with something around it. It can be written to where the body can: after a switch of protocols
/// (RFC 9110 §15.2.2, RFC 8441) it is the connection itself, of a web socket for example.
/// </summary>
internal abstract class BodyStream(Stream body) : ForwardOnlyStream
{
    protected Stream Body => body;

    public override bool CanRead => true;

    public override bool CanWrite => body.CanWrite;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => body.Read(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => body.ReadAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => body.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => body.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => body.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => body.WriteAsync(buffer, cancellationToken);

    public override void Flush() => body.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => body.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }
}
