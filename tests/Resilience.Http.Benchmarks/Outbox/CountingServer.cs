namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>A server in memory that says when it has had so many requests.</summary>
internal sealed class CountingServer(int expected) : HttpMessageHandler
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;

    public Task Done => _done.Task;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _requests) == expected)
            _done.TrySetResult();
        return Task.FromResult(new HttpResponseMessage { RequestMessage = request });
    }
}
