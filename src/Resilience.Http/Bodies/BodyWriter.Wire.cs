using System.Runtime.ExceptionServices;

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
            return wire.WriteAsync(buffer, cancellationToken);
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
            return new(wire.FlushAsync(cancellationToken));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException(e);
        }
    }

    private async ValueTask AwaitAsync(ValueTask writing)
    {
        try
        {
            if (!writing.IsCompleted)
                NoteWrite();
            await writing.ConfigureAwait(false);
            NoteWritten();
            EndWrite();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnWireFailed(e);
        }
    }

    private void EndWrite()
    {
        _isWriting = false;
        if (_stopped is not null && cancellationToken.IsCancellationRequested)
            StopUnlessWriting();
    }

    // The wire ends by itself, and then the content may still finish its copy.
    private void StopUnlessWriting()
    {
        if (!_isWriting)
            _stopped!.TrySetResult();
    }

    // Nobody waits for the content any more, whatever comes of it, and what it still writes goes nowhere.
    private void LetGo(Task sending)
    {
        WaitsForCaller = _wireFailure is null;
        _wireFailure ??= ExceptionDispatchInfo.Capture(new OperationCanceledException(cancellationToken));
        _copy = null;
        NoteEnd();
        sending.LetGo();
        _wireFailure.Throw();
    }

    // A content goes on for the sake of its copy only.
    private bool HasWireFailed()
    {
        if (_copy is null)
            _wireFailure?.Throw();
        return _wireFailure is not null;
    }

    private void OnWireFailed(Exception failure)
    {
        NoteWritten();
        NoteEnd();
        _wireFailure = ExceptionDispatchInfo.Capture(failure);
        _stopped?.TrySetResult();
        HasWireFailed();
    }
}
