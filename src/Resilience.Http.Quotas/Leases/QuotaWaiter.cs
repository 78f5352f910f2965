namespace Resilience.Http;

/// <summary>An attempt that waits for permits.</summary>
internal sealed class QuotaWaiter(QuotaBucket bucket, QuotaTake take) : TaskCompletionSource<QuotaAdmission>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public QuotaTake Take => take;

    /// <summary>Where it stands in the line; its list is null once it has left.</summary>
    public LinkedListNode<QuotaWaiter>? Place { get; set; }

    public Task<QuotaAdmission> WaitAsync(TimeProvider time, TimeSpan longest, CancellationToken cancellationToken)
        => Task.IsCompleted ? Task : WaitWithTimerAsync(time, longest, cancellationToken);

    private async Task<QuotaAdmission> WaitWithTimerAsync(TimeProvider time, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var timer = time.CreateTimer(static waiter => ((QuotaWaiter)waiter!).Expire(), this, longest, Timeout.InfiniteTimeSpan);
        using var registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((QuotaWaiter)waiter!).Cancel(token), this);
        return await Task.ConfigureAwait(false);
    }

    private void Expire()
    {
        if (bucket.Leave(this))
            TrySetResult(new(take.IfLate, bucket.EarliestWait));
    }

    private void Cancel(CancellationToken token)
    {
        if (bucket.Leave(this))
            TrySetCanceled(token);
    }
}
