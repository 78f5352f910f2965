namespace Resilience.Http;

/// <summary>A wait for something that knows nothing of deadlines. The timer is set when it turns out that there is something to wait for.</summary>
/// <param name="deadline">When the wait is over.</param>
/// <param name="time">The clock.</param>
/// <param name="caller">Ends the wait too.</param>
internal sealed class DeadlineWait(Deadline deadline, TimeProvider time, CancellationToken caller) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(caller);

    public CancellationToken Token => _source.Token;

    /// <returns>What was waited for, which is to end when the token is cancelled; null if the deadline came first.</returns>
    public async ValueTask<T?> ForAsync<T>(ValueTask<T> waiting, bool async)
        where T : class
    {
        var left = deadline.Left(time.GetTimestamp());
        using var timer = left == TimeSpan.MaxValue ? null : StartTimer(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            return await waiting.AsTask().BlockUnless(async).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_source.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException e) when (caller.IsCancellationRequested && e.CancellationToken != caller)
        {
            throw new OperationCanceledException(e.Message, e, caller);
        }
    }

    public void Dispose() => _source.Dispose();

    private ITimer StartTimer(TimeSpan due) => time.CreateTimer(static wait => ((DeadlineWait)wait!).End(), this, due, Timeout.InfiniteTimeSpan);

    // Disposing a timer does not wait for a callback that is under way, and on its thread nobody catches anything.
    private void End()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
