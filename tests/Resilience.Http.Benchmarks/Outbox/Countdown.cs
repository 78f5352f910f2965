namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>Says when so many calls have been answered.</summary>
internal sealed class Countdown
{
    private TaskCompletionSource _done = new();
    private int _left;

    public Task Expect(int calls)
    {
        _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _left, calls);
        return _done.Task;
    }

    public void Answered()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _done.TrySetResult();
    }
}
