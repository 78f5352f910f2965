using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>
/// What a content writes to when it is sent: first into a copy, then to the wire. So it is known whether the content failed, which is the caller's
/// fault, or the wire; the exception alone cannot tell. Serves one sending.
/// </summary>
internal sealed partial class BodyWriter(RequestBody body, Stream wire, CancellationToken cancellationToken) : ForwardOnlyStream
{
    private readonly long? _declared = body.Written.Headers.ContentLength;
    private byte[]? _copy = body.IsCopied ? [] : null;
    private int _copied;
    private long _written;
    private ExceptionDispatchInfo? _wireFailure;
    private ContentToken _contents;
    private TaskCompletionSource? _stopped;
    private volatile bool _isWriting;
    private volatile bool _isStopped;
    private bool _hasEnded;

    /// <summary>The sending before, if the transport sends again of itself.</summary>
    public BodyWriter? Before { private get; init; }

    /// <summary>Whether the content failed of itself, or wrote more or less than it had declared.</summary>
    public bool HasCallerFailed { get; private set; }

    /// <summary>Whether there was no wire any more before the content was done.</summary>
    public bool HasWireEnded => _wireFailure is not null;

    /// <summary>Whether the caller's bytes are being waited for, or were when the attempt was cut short.</summary>
    public bool WaitsForCaller
    {
        get => field || (!_hasEnded && !_isWriting && _wireFailure is null);
        private set;
    }

    /// <summary>Ends when the content is no longer read.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>Ends when it is known what has become of the copy.</summary>
    public Task Settled { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the copy may soon be finished.</summary>
    public bool IsSettling => _copy is not null && !Settled.IsCompleted;

    /// <summary>Sends all of the content.</summary>
    public Task SendAsync(HttpContent content, TransportContext? context)
    {
        Task sending;
        try
        {
            sending = content.CopyToAsync(this, context, _copy is null ? cancellationToken : _contents.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            sending = Task.FromException(e);
        }

        if (!sending.IsCompletedSuccessfully || _wireFailure is not null)
        {
            Sending = sending;
            Settled = SettleAsync(sending);
            return Settled.IsCompleted ? Settled : AwaitAsync();
        }

        End();
        return sending;
    }

    /// <inheritdoc cref="SendAsync"/>
    public void Send(HttpContent content, TransportContext? context)
    {
        try
        {
            content.CopyTo(this, context, cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(e);
            throw;
        }

        // It may have obeyed its token, and ended before its end.
        if (cancellationToken.IsCancellationRequested && _written != _declared)
            _copy = null;
        End();
        _wireFailure?.Throw();
    }

    // For the transport, which does not wait for a content when the wire has ended. Contents need not look at the token.
    private async Task AwaitAsync()
    {
        _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = cancellationToken.UnsafeRegister(static writer => ((BodyWriter)writer!).StopUnlessWriting(), this);
        Interlocked.MemoryBarrier();
        if (!_isStopped)
            await Task.WhenAny(Settled, _stopped.Task).ConfigureAwait(false);
        if (!Settled.IsCompleted)
            GiveBack();
        await Settled.ConfigureAwait(false);
    }

    private async Task SettleAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(e);
            throw;
        }

        End();
        _wireFailure?.Throw();
    }

    private void Keep(ReadOnlySpan<byte> written)
    {
        _written += written.Length;
        HasCallerFailed |= _written > _declared;
        if (_copy is null)
            return;

        var needed = _copied + (long)written.Length;
        if (needed > body.Limit)
        {
            _copy = null;
            return;
        }

        // Exactly what the first write needs: mostly that is all.
        if (needed > _copy.Length)
            Array.Resize(ref _copy, (int)Math.Min(body.Limit, _copied == 0 ? needed : Math.Max(needed, _copy.Length * 2L)));
        written.CopyTo(_copy.AsSpan(_copied));
        _copied += written.Length;
    }
}
