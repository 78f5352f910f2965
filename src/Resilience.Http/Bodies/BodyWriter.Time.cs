namespace Resilience.Http;

// How long the caller has taken. An asynchronous write that passes at once is not looked at: the clock would cost more than it. A synchronous one may wait for the wire.
internal sealed partial class BodyWriter
{
    private readonly long _begun = body.Time.GetTimestamp();
    private long? _ended;
    private long? _writingSince;
    private TimeSpan _onWire;

    /// <summary>For how long the caller's bytes have been waited for, all in all.</summary>
    public TimeSpan CallersTime => body.Time.GetElapsedTime(_begun, _ended ?? _writingSince ?? Now) - _onWire;

    /// <summary>Whether it has begun at this timestamp or later; on another clock nobody knows.</summary>
    public bool HasBegunSince(long timestamp, TimeProvider time) => time != body.Time || _begun >= timestamp;

    private long Now => body.Time.GetTimestamp();

    private void NoteEnd() => _ended ??= Now;

    private void NoteWrite() => _writingSince = Now;

    private void NoteWritten()
    {
        if (_writingSince is { } since)
            _onWire += body.Time.GetElapsedTime(since, Now);
        _writingSince = null;
    }
}
