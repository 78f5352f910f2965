namespace Resilience.Http;

/// <summary>The attempts of one partition that wait until the pause is over that a server has asked for. Safe for concurrent use.</summary>
internal sealed class HeldAttempts(ClientQuotas quotas)
{
    private int _count;

    /// <returns>Whether the time has passed; false at once if too many wait.</returns>
    public async ValueTask<bool> WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > quotas.Options.QueueLimit)
                return false;

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), quotas.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
