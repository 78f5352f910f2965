namespace CustomPolicy;

/// <summary>Serves <c>Send</c> and <c>SendAsync</c>. Handlers are made anew every two minutes, so their state is kept by the context.</summary>
internal sealed class BulkheadHandler(PolicyContext<BulkheadOptions> context) : PolicyHandler(context.Client), IAttemptObserver
{
    private readonly PartitionStates<Bulkhead> _bulkheads = context.Partitions(partition => new Bulkhead(partition), options => options);

    // However the attempt has ended, its place is free once nobody reads the body any more.
    public void OnEnded(in AttemptResult result, object? state, long joinedAt) => result.OnBodyEnded(static bulkhead => ((Bulkhead)bulkhead!).Leave(), state);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var bulkhead = _bulkheads.Of(attempt);
        if (!bulkhead.TryEnter(context.Options.MaxConcurrency))
            return Reject(new BulkheadFullException(Client.Name, bulkhead.Partition));

        attempt.Join(this, bulkhead);
        return SendInnerAsync(request, attempt, cancellationToken);
    }
}
