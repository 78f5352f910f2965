namespace Resilience.Http;

/// <summary>The attempts of one partition that wait until the pause is over that a server has asked for. Safe for concurrent use.</summary>
internal sealed class HeldAttempts(ClientQuotas quotas)
{
    private int _count;
    private TaskCompletionSource _change = NewChange();

    /// <summary>Ends when pauses may have become shorter. To be asked for before one is looked at, so that no change is missed.</summary>
    public Task Change => Volatile.Read(ref _change).Task;

    /// <summary>Has all who wait look again.</summary>
    public void LookAgain() => Interlocked.Exchange(ref _change, NewChange()).TrySetResult();

    /// <returns>Whether the time has passed, or there was a change before; false at once if too many wait.</returns>
    public async ValueTask<bool> WaitAsync(TimeSpan pause, Task change, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > quotas.Options.QueueLimit)
                return false;

            await change.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), quotas.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
