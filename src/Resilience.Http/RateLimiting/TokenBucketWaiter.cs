namespace Resilience.Http;

/// <summary>A waiter in a <see cref="TokenBucketQueue"/>; the code that removes it from there completes it.</summary>
internal sealed class TokenBucketWaiter(TokenBucketQueue queue, PermitRequest request)
    : TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public PermitRequest Request => request;

    /// <summary>Null before it joins the line.</summary>
    public LinkedListNode<TokenBucketWaiter>? Place { get; set; }

    public async Task<Admission> WaitAsync(CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (waiter, token) => ((TokenBucketWaiter)waiter!).Cancel(token), this))
            return await Task.ConfigureAwait(false);
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (!queue.Leave(this))
            return;

        TrySetCanceled(cancellationToken);
        queue.Advance();
    }
}
