using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

// How a write ends, and a sending before its time.
internal sealed partial class BodyWriter
{
    private const string Remedy = "A larger MaxBufferedRequestBytes would keep it; SetContentFactory gives the request a fresh one.";

    private void EndWrite()
    {
        NoteWritten();
        _isWriting = false;
        if (_stopped is null)
            return;

        // Either this sees that the wire has ended, or that sees that nothing is being written.
        Interlocked.MemoryBarrier();
        if (cancellationToken.IsCancellationRequested)
            StopUnlessWriting();
    }

    // The wire ends by itself, and then the content may still finish its copy.
    private void StopUnlessWriting()
    {
        if (!_isWriting)
            Stop();
    }

    private void Stop()
    {
        _isStopped = true;
        Interlocked.MemoryBarrier();
        _stopped?.TrySetResult();
    }

    // A content goes on for the sake of its copy only. One that blocks may have been waited for till the end.
    private bool HasWireFailed()
    {
        if (_copy is null)
            _wireFailure?.Throw();
        if (_wireFailure is null && cancellationToken.IsCancellationRequested)
            WaitsForCaller = true;
        return _wireFailure is not null;
    }

    private void OnWireFailed(Exception failure, bool hasLastTurn = false)
    {
        NoteWritten();
        NoteEnd();
        _wireFailure = ExceptionDispatchInfo.Capture(failure);
        if (!hasLastTurn || _copy is null)
            Stop();
        HasWireFailed();
    }

    // Throws unless it is for the content's own failure to be thrown.
    private void Fail(Exception failure)
    {
        NoteEnd();
        _copy = null;
        var isUnreadable = failure is not OperationCanceledException && Before is { HasCallerFailed: false, LongestWritten: var longest } && _written <= longest;
        // The transport sends again what the server has refused. Where that cannot be read twice, it is the refusal that counts.
        if (isUnreadable && Before!._wireFailure is { } refusal && Failure.WasNeverProcessed(refusal.SourceException))
            _wireFailure ??= ExceptionDispatchInfo.Capture(new RefusedBodyException(refusal.SourceException, Remedy));
        if (_wireFailure is null && cancellationToken.IsCancellationRequested)
            WaitsForCaller = true;
        else if (_wireFailure is null)
            HasCallerFailed = true;
        // Last, since the attempt may be ending, and looks at all of it.
        _hasEnded = true;
        _wireFailure?.Throw();
        if (isUnreadable && HasCallerFailed && !body.IsSame)
            throw new HttpRequestException($"The request's body had to be sent a second time within an attempt, as after a redirect, a challenge or a refusal, and it can be read only once. {Remedy}", failure);
    }

    private void End()
    {
        NoteEnd();
        _hasEnded = true;
        // A content may swallow what the wire has thrown, and end there.
        if (_wireFailure is null || _copy is not null)
        {
            HasCallerFailed |= _written != (_declared ?? _written);
            ThrowIfShorter();
        }

        if (_copy is not null)
            body.Keep(_copy, _copied);
    }

    private long LongestWritten => Math.Max(_written, Before?.LongestWritten ?? 0);

    // A redirect or a challenge has the transport write a content twice. A sequence that can be read once is empty then, and the server would take that for all of it.
    // What is only a little shorter tells the time, or counts.
    private void ThrowIfShorter()
    {
        if (Before is not { LongestWritten: var longest } || _written >= longest / 2)
            return;

        HasCallerFailed = true;
        throw new HttpRequestException($"The request's body came to {longest} bytes when it was first sent, and to {_written} when it had to be sent again: it can be read only once. {Remedy}");
    }

    // To be awaited in the place of a wire that has failed. The content goes on from there, to its end as long as it does not wait: only then is it stopped.
    private readonly struct LastTurn(BodyWriter writer) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public LastTurn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(
            static turn =>
            {
                turn.continuation();
                turn.writer.Stop();
            },
            (writer, continuation),
            preferLocal: false);
    }
}
