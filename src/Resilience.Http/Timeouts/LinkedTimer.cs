namespace Resilience.Http;

/// <summary>
/// A token that is cancelled when a time is up or when the caller's token is. What made it end is told by its state, because inner handlers
/// link tokens and hand back others. The sources behind it are pooled: a fresh one with its timer costs 160 bytes more per attempt.
/// </summary>
internal readonly struct LinkedTimer : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _link;
    private readonly CancellationToken _caller;

    public LinkedTimer(TimeSpan due, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _source = Rent(due, time);
        _link = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    public bool HasExpired => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void Dispose()
    {
        _link.Dispose();
        if (!_source.TryReset() || !Spares<CancellationTokenSource>.Keep(_source))
            _source.Dispose();
    }

    private static CancellationTokenSource Rent(TimeSpan due, TimeProvider time)
    {
        if (time != TimeProvider.System)
            return new(due, time);

        var source = Spares<CancellationTokenSource>.Take() ?? new();
        source.CancelAfter(due);
        return source;
    }
}
