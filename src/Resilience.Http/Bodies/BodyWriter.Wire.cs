namespace Resilience.Http;

// What the content sees: a stream to the wire, whose failures are not the content's.
internal sealed partial class BodyWriter
{
    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        if (HasWireFailed())
            return default;

        var writing = BeginWrite(buffer, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
            return AwaitAsync(writing);

        EndWrite();
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Keep(buffer);
        if (HasWireFailed())
            return;

        try
        {
            _isWriting = true;
            NoteWrite();
            wire.Write(buffer);
            EndWrite();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnWireFailed(e);
        }
    }

    public override void Flush()
    {
        if (HasWireFailed())
            return;

        try
        {
            _isWriting = true;
            NoteWrite();
            wire.Flush();
            EndWrite();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnWireFailed(e);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
        => HasWireFailed() ? Task.CompletedTask : AwaitAsync(BeginFlush(cancellationToken)).AsTask();

    private ValueTask BeginWrite(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            _isWriting = true;
            return wire.WriteAsync(buffer, OnWire(cancellationToken));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException(e);
        }
    }

    private ValueTask BeginFlush(CancellationToken cancellationToken)
    {
        try
        {
            _isWriting = true;
            return new(wire.FlushAsync(OnWire(cancellationToken)));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException(e);
        }
    }

    private CancellationToken OnWire(CancellationToken contents) => _contents.Is(contents) ? cancellationToken : contents;

    private async ValueTask AwaitAsync(ValueTask writing)
    {
        try
        {
            if (!writing.IsCompleted)
                NoteWrite();
            await writing.ConfigureAwait(false);
            if (_copy is null || !cancellationToken.IsCancellationRequested)
            {
                EndWrite();
                return;
            }

            NoteWritten();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnWireFailed(e, hasLastTurn: true);
        }

        await new LastTurn(this);
    }
}
