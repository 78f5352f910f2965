namespace Resilience.Http.Tests;

/// <summary>Gives a body in small and uneven pieces, forward only; then ends, fails once or hangs.</summary>
internal sealed class TrickleStream(byte[] body, Exception? failure, bool hangs) : Stream
{
    private Exception? _failure = failure;
    private int _position;
    private int _piece;

    public bool IsClosed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (hangs && _position == body.Length)
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);

        return Take(buffer.Span);
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (_position == body.Length && _failure is { } failed)
        {
            _failure = null;
            throw failed;
        }

        _piece = (_piece % 1499) + 499;
        var length = Math.Min(Math.Min(buffer.Length, _piece), body.Length - _position);
        body.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }
}
