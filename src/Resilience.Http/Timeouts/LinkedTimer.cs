namespace Resilience.Http;

/// <summary>
/// A token that is cancelled when a time is up or when the caller's token is. What made it end is told by its state, because inner handlers
/// link tokens and hand back others. Pooled with the source behind it: a fresh one with its timer costs 160 bytes more per attempt.
/// </summary>
internal sealed class LinkedTimer : IDisposable
{
    private readonly CancellationTokenSource _source;
    private CancellationTokenRegistration _link;

    private LinkedTimer(CancellationTokenSource source) => _source = source;

    public TimeSpan Due { get; private set; }

    public CancellationToken Caller { get; private set; }

    public CancellationToken Token => _source.Token;

    public bool HasExpired => _source.IsCancellationRequested && !Caller.IsCancellationRequested;

    public static LinkedTimer Start(TimeSpan due, TimeProvider time, CancellationToken caller)
    {
        var timer = time == TimeProvider.System ? Pooled(due) : new(new(due, time));
        (timer.Due, timer.Caller) = (due, caller);
        timer._link = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timer._source);
        return timer;
    }

    /// <summary>To be called once: the timer may be another's by the time it is called again.</summary>
    public void Dispose()
    {
        _link.Dispose();
        (_link, Caller) = (default, default);
        if (!_source.TryReset() || !Spares<LinkedTimer>.Keep(this))
            _source.Dispose();
    }

    private static LinkedTimer Pooled(TimeSpan due)
    {
        var timer = Spares<LinkedTimer>.Take() ?? new(new());
        timer._source.CancelAfter(due);
        return timer;
    }
}
