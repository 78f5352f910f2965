namespace Resilience.Http;

// How long the caller has taken. What passes at once is not looked at: the clock would cost more than the write.
internal sealed partial class BodyWriter
{
    private long? _begun;
    private long? _ended;
    private long? _writingSince;
    private TimeSpan _onWire;

    /// <summary>For how long the caller's bytes have been waited for, all in all; zero if they came at once.</summary>
    public TimeSpan CallersTime => _begun is { } begun ? body.Time.GetElapsedTime(begun, _ended ?? _writingSince ?? Now) - _onWire : TimeSpan.Zero;

    private long Now => body.Time.GetTimestamp();

    private void NoteBegin() => _begun = Now;

    private void NoteEnd()
    {
        if (_begun is not null)
            _ended ??= Now;
    }

    private void NoteWrite() => _writingSince = Now;

    private void NoteWritten()
    {
        if (_writingSince is { } since)
            _onWire += body.Time.GetElapsedTime(since, Now);
        _writingSince = null;
    }
}
