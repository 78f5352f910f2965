namespace Resilience.Http.Testing;

/// <summary>What happens on a clock: how much so far, and whether something is under way that takes real time. Safe for concurrent use.</summary>
internal sealed class ClockActivity
{
    private const int Pauses = 10;
    private static readonly TimeSpan AfterSockets = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AfterThreads = TimeSpan.FromMilliseconds(20);
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = New();
    private volatile bool _usesSockets;
    private int _busy;

    /// <summary>Where the calls of the clock run.</summary>
    public ClockFlow Flow { get; } = new();

    /// <summary>Grows with everything that happens.</summary>
    public long Count { get; private set; }

    /// <summary>Grows with every timer that is armed.</summary>
    public long Armed { get; private set; }

    /// <summary>Whether something takes real time, such as bytes on their way through a socket.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
                return _busy > 0;
        }
    }

    /// <summary>Completes with the next thing that happens.</summary>
    public Task Next
    {
        get
        {
            lock (_lock)
                return _next.Task;
        }
    }

    private static long Now => TimeProvider.System.GetTimestamp();

    public void Note(bool isArmed) => Change(0, isArmed ? 1 : 0);

    /// <summary>Something begins that takes real time.</summary>
    public void Enter() => Change(1);

    /// <summary>It has ended, or waits for the clock.</summary>
    public void Leave() => Change(-1);

    /// <summary>Waits until nothing happens any more but by the clock, or the task has ended.</summary>
    /// <param name="task">What is waited for.</param>
    /// <param name="mayHop">Whether it may have gone on to other threads, so that it is given time if these are at work.</param>
    public async Task QuietAsync(Task task, bool mayHop)
    {
        for (var (quiet, since, pauses) = (0, Now, 0); quiet < 4 && !task.IsCompleted;)
        {
            var (before, switches, next) = (Count, Flow.Switches, Next);
            // Behind everything that is queued already.
            await Task.Factory.StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default).ConfigureAwait(false);
            if (IsBusy)
                await Task.WhenAny(task, next).ConfigureAwait(false);
            if (before != Count)
                (quiet, since, pauses, mayHop) = (0, Now, 0, true);
            else if (IsAtWork(TimeProvider.System.GetElapsedTime(since), pauses, mayHop))
                (quiet, pauses) = (0, await PauseAfterAsync(pauses).ConfigureAwait(false));
            else
                quiet = switches == Flow.Switches ? quiet + 1 : 0;
        }
    }

    // A thread of the pool may have taken up what belongs to the task, and not yet begun with it. That cannot be seen, but given time: more of it, counted in
    // pauses, the busier the machine is.
    private bool IsAtWork(TimeSpan waited, int pauses, bool mayHop)
        => Flow.IsAtWork(waited) || (_usesSockets ? waited < AfterSockets : mayHop && (waited < AfterThreads || pauses < Pauses) && OtherThreadsAreAtWork());

    private static async Task<int> PauseAfterAsync(int pauses)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System).ConfigureAwait(false);
        return pauses + 1;
    }

    // All but this one.
    private static bool OtherThreadsAreAtWork()
    {
        ThreadPool.GetMaxThreads(out var max, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return max - available > 1 || ThreadPool.PendingWorkItemCount > 0;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(int busy, int armed = 0)
    {
        TaskCompletionSource happened;
        lock (_lock)
        {
            _busy += busy;
            Armed += armed;
            _usesSockets |= busy != 0;
            Count++;
            (happened, _next) = (_next, New());
        }

        happened.SetResult();
    }
}
