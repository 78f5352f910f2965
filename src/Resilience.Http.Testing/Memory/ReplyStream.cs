namespace Resilience.Http.Testing;

/// <summary>A body that arrives as a reply says: byte by byte, or not all of it.</summary>
/// <param name="inner">The whole body.</param>
/// <param name="reply">What becomes of it.</param>
/// <param name="announced">Its announced length; null if there is none.</param>
/// <param name="time">The clock of the drips.</param>
internal sealed class ReplyStream(Stream inner, Reply reply, long? announced, TimeProvider time) : Stream
{
    private long _read;

    /// <summary>Hears of every read that waits for bytes of a socket.</summary>
    public ClockActivity? Activity { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var wanted = Math.Min(reply.DripInterval is null ? buffer.Length : 1, (reply.BytesSent ?? long.MaxValue) - _read);
        if (buffer.IsEmpty)
            return 0;
        if (wanted <= 0)
            return await EndAsync(cancellationToken).ConfigureAwait(false);

        if (reply.DripInterval is { } interval && _read < (announced ?? long.MaxValue))
            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
        var read = await ReadInnerAsync(buffer[..(int)Math.Min(wanted, buffer.Length)], cancellationToken).ConfigureAwait(false);
        _read += read;
        return read > 0 ? read : await EndAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Activity?.Enter();
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Activity?.Leave();
        }
    }

    // A client that has all that was announced does not wait for more.
    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        if (_read >= announced || reply.BytesSent is null)
            return 0;

        if (reply.Ending is ReplyEnding.Stall)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        throw MemoryReply.Failure(reply.Ending);
    }
}
