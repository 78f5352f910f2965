namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>Says when so many calls have been answered.</summary>
internal sealed class Countdown(int expected)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answered;

    public Task Done => _done.Task;

    public void Answered()
    {
        if (Interlocked.Increment(ref _answered) == expected)
            _done.TrySetResult();
    }
}
