namespace Resilience.Http.Testing;

/// <summary>Where the calls of a clock run: the threads that are in their execution context at the moment. Safe for concurrent use.</summary>
internal sealed class ClockFlow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly HashSet<Thread> _threads = [];
    private readonly AsyncLocal<bool> _isFollowed;
    private long _switches;

    // The runtime says so whenever a thread takes up an execution context, or leaves it.
    public ClockFlow() => _isFollowed = new(OnSwitched);

    /// <summary>Grows whenever a thread comes or goes.</summary>
    public long Switches => Volatile.Read(ref _switches);

    /// <summary>Whether the caller is followed, and everything that it begins from now on.</summary>
    public bool IsFollowed
    {
        get => _isFollowed.Value;
        set
        {
            if (_isFollowed.Value != value)
                _isFollowed.Value = value;
        }
    }

    /// <summary>Whether one of the threads is running, and not blocked. That of the caller does not count.</summary>
    /// <param name="waited">How long it was waited for. A thread that neither leaves nor blocks is given up in the end: it may wait for the system.</param>
    public bool IsAtWork(TimeSpan waited)
    {
        lock (_lock)
        {
            if (waited > Patience)
                _threads.Clear();
            return _threads.Any(static thread => thread != Thread.CurrentThread && thread.IsAlive && !thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        }
    }

    private void OnSwitched(AsyncLocalValueChangedArgs<bool> change)
    {
        // No value and false are two values to the runtime.
        if (change.CurrentValue == change.PreviousValue)
            return;

        lock (_lock)
        {
            _switches++;
            if (change.CurrentValue)
                _threads.Add(Thread.CurrentThread);
            else
                _threads.Remove(Thread.CurrentThread);
        }
    }
}
