namespace Resilience.Http;

/// <summary>Somebody in a <see cref="TokenBucketQueue"/>; whoever takes it out of there completes it.</summary>
internal sealed class TokenBucketWaiter : TaskCompletionSource<Admission>
{
    private readonly TokenBucketQueue _queue;

    public TokenBucketWaiter(TokenBucketQueue queue, Pacing pacing, long now, int permits, long deadline)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        var latest = now + pacing.Ticks(pacing.Current.Options.MaxQueueTime);
        (_queue, Since, Permits, Latest) = (queue, now, permits, Math.Min(latest, deadline));
        IfLate = deadline < latest ? RateLimitedReason.WouldMissDeadline : RateLimitedReason.QueueTimeTooLong;
    }

    /// <summary>Null until it joins the line: most who may not wait are refused before.</summary>
    public LinkedListNode<TokenBucketWaiter>? Place { get; set; }

    public long Since { get; }

    public long Latest { get; }

    public RateLimitedReason IfLate { get; }

    public int Permits { get; }

    /// <summary>Asking for no permit is asking whether there is one.</summary>
    public int Needed => Math.Max(Permits, 1);

    public async Task<Admission> WaitAsync(CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (waiter, token) => ((TokenBucketWaiter)waiter!).Cancel(token), this))
            return await Task.ConfigureAwait(false);
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (!_queue.Leave(this))
            return;

        TrySetCanceled(cancellationToken);
        _queue.Advance();
    }
}
