namespace Resilience.Http.Tests;

/// <summary>What happens to a bucket, step by step, and what it granted when.</summary>
internal sealed record BucketRun(double Rate, int Burst, IReadOnlyList<BucketStep> Steps)
{
    private readonly StallingClock _clock = new();
    private readonly List<(long At, int Permits)> _grants = [];
    private readonly List<(long Since, int Permits, Task<Admission> Task, CancellationTokenSource Gone)> _waits = [];

    public bool WaitsAreInOrder { get; private set; }

    public bool IsIdle { get; private set; }

    public BucketRun Play()
    {
        var options = new TokenBucketOptions { PermitsPerSecond = Rate, Burst = Burst, MaxQueueTime = TimeSpan.FromHours(1) };
        var bucket = new ServerGate(default, new(new(options), _clock), -Pace.Longest);
        foreach (var step in Steps)
            Do(step, bucket);
        for (var i = 0; i < 1000 && bucket.Waiting > 0; i++, _clock.Now += TimeSpan.TicksPerSecond)
            _clock.FireIfDue();

        IsIdle = bucket.Waiting == 0 && !_clock.HasTimer;
        List<long> granted = [.. _waits.Select(GrantedAt).OfType<long>()];
        WaitsAreInOrder = granted.SequenceEqual(granted.Order());
        return this;
    }

    /// <summary>A window in which more was granted than allowed; null if there is none.</summary>
    public (long From, long To)? FindExcess()
    {
        var interval = new Pace(new() { PermitsPerSecond = Rate }, TimeSpan.TicksPerSecond).Interval;
        var grants = _grants.OrderBy(grant => grant.At).ToArray();
        for (var first = 0; first < grants.Length; first++)
        {
            var sum = 0;
            for (var last = first; last < grants.Length; last++)
            {
                sum += grants[last].Permits;
                if (sum > Burst + ((grants[last].At - grants[first].At) / interval))
                    return (grants[first].At, grants[last].At);
            }
        }

        return null;
    }

    private void Do(BucketStep step, ServerGate bucket)
    {
        switch (step)
        {
            case BucketStep.Take(var permits) when bucket.TryTake(_clock.Now, permits):
                _grants.Add((_clock.Now, permits));
                break;
            case BucketStep.Wait(var permits):
                var gone = new CancellationTokenSource();
                _waits.Add((_clock.Now, permits, bucket.TakeAsync(_clock.Now, new(permits), long.MaxValue, gone.Token), gone));
                break;
            case BucketStep.Pass(var ticks):
                _clock.Now += ticks;
                break;
            case BucketStep.Fire:
                _clock.FireIfDue();
                break;
            case BucketStep.Cancel(var index) when index < _waits.Count:
                _waits[index].Gone.Cancel();
                break;
            case BucketStep.Pause(var ticks):
                bucket.Pause(_clock.Now + ticks);
                break;
        }
    }

    private long? GrantedAt((long Since, int Permits, Task<Admission> Task, CancellationTokenSource Gone) wait)
    {
        wait.Gone.Dispose();
        Task.WaitAny(wait.Task);
        if (!wait.Task.IsCompletedSuccessfully || !wait.Task.Result.IsGranted)
            return null;

        _grants.Add((wait.Since + wait.Task.Result.Wait.Ticks, wait.Permits));
        return _grants[^1].At;
    }
}
