using System.Runtime.ExceptionServices;

namespace Resilience.Http;

// How a content goes on when its wire has ended: another attempt may need the copy.
internal sealed partial class BodyWriter
{
    /// <summary>How long a content is waited for whose copy an attempt needs.</summary>
    public static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(1);

    private volatile bool _isGivenBack;
    private volatile bool _isUnneeded;

    /// <summary>To be called when nobody needs a copy any more.</summary>
    /// <returns>Whether the transport no longer sends the content.</returns>
    public bool GiveUpCopy()
    {
        if (Settled.IsCompleted)
            return true;

        _isUnneeded = true;
        // Either this sees that the transport waits no longer, or that sees that nobody else does.
        Interlocked.MemoryBarrier();
        if (_isGivenBack)
            LetGo();
        return _isGivenBack;
    }

    // The transport waits no longer for the content, which goes on for the sake of its copy only.
    private void GiveBack()
    {
        WaitsForCaller = _wireFailure is null;
        _wireFailure ??= ExceptionDispatchInfo.Capture(new OperationCanceledException(cancellationToken));
        NoteEnd();
        Settled.LetGo();
        _isGivenBack = true;
        Interlocked.MemoryBarrier();
        if (_copy is null || _isUnneeded)
            LetGo();
        _wireFailure.Throw();
    }

    // Nobody waits for the content any more, whatever comes of it, and what it still writes goes nowhere.
    private void LetGo()
    {
        _copy = null;
        _contents.LetGo();
    }
}
