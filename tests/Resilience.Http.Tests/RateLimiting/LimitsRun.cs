namespace Resilience.Http.Tests;

/// <summary>What happens to a bucket of three limits, step by step, beside a model that only counts what was granted when, and keeps those who wait in a list.</summary>
internal sealed class LimitsRun
{
    private readonly StallingClock _clock = new();
    private readonly LimitsModel _model;
    private readonly TokenBucket _bucket;
    private readonly List<Wait> _waits = [];
    private readonly List<Wait> _line = [];

    public LimitsRun((double Rate, int Burst)[] limits)
    {
        _model = new(limits);
        var options = new TokenBucketOptions { PermitsPerSecond = limits[0].Rate, Burst = limits[0].Burst, MaxQueueTime = TimeSpan.FromDays(1) };
        for (var i = 1; i < limits.Length; i++)
            options.Limits[$"limit-{i}"] = new(limits[i].Rate, TimeSpan.FromSeconds(1), limits[i].Burst);
        _bucket = new(default, new(new(options), _clock));
    }

    /// <summary>Where bucket and model differ at first; null if they do not.</summary>
    public string? Difference { get; private set; }

    public LimitsRun Play(IEnumerable<LimitsStep> steps)
    {
        foreach (var step in steps)
            Do(step);
        for (var i = 0; i < 10_000 && _bucket.Waiting > 0; i++, _clock.Now += TimeSpan.TicksPerSecond)
            Fire();

        if (_bucket.Waiting > 0 || _clock.HasTimer)
            Difference ??= "somebody waits for ever";
        foreach (var wait in _waits)
            Compare(wait);
        return this;
    }

    private void Do(LimitsStep step)
    {
        switch (step)
        {
            case LimitsStep.Take(var permits):
                Take(permits);
                break;
            case LimitsStep.Wait(var permits):
                Enter(permits);
                break;
            case LimitsStep.Charge(var permits):
                _bucket.Correct(_clock.Now, CostOf(permits));
                _model.Grant(_clock.Now, permits);
                NoteServed();
                break;
            case LimitsStep.Pass(var ticks):
                _clock.Now += ticks;
                break;
            case LimitsStep.Fire:
                Fire();
                break;
            case LimitsStep.Cancel(var index) when index < _waits.Count:
                _line.Remove(_waits[index]);
                _waits[index].Gone.Cancel();
                NoteServed();
                break;
        }
    }

    private void Take(int[] permits)
    {
        var expected = IsNothing(permits) || (_bucket.Waiting == 0 && _model.HasRoom(_clock.Now, permits));
        var before = Levels();
        var taken = _bucket.TryTake(_clock.Now, CostOf(permits));
        if (taken)
            _model.Grant(_clock.Now, permits);
        if (taken != expected || (!taken && Levels() != before))
            Difference ??= $"{string.Join('+', permits)} at {_clock.Now}: {taken}, {before} before, {Levels()} then";
    }

    private void Enter(int[] permits)
    {
        var gone = new CancellationTokenSource();
        var wait = new Wait(permits, _clock.Now, _bucket.TakeAsync(_clock.Now, CostOf(permits), long.MaxValue, gone.Token), gone);
        _waits.Add(wait);
        if (IsNothing(permits))
            wait.Served = _clock.Now;
        else
            _line.Add(wait);
        NoteServed();
    }

    private void Fire()
    {
        _clock.FireIfDue();
        NoteServed();
    }

    // As many as the line has become shorter by, from its head.
    private void NoteServed()
    {
        while (_line.Count > _bucket.Waiting)
        {
            if (!_model.HasRoom(_clock.Now, _line[0].Permits))
                Difference ??= $"{string.Join('+', _line[0].Permits)} at {_clock.Now}: served too early";
            _model.Grant(_clock.Now, _line[0].Permits);
            _line[0].Served = _clock.Now;
            _line.RemoveAt(0);
        }
    }

    private void Compare(Wait wait)
    {
        wait.Gone.Dispose();
        Task.WaitAny(wait.Task);
        long? served = wait.Task is { IsCompletedSuccessfully: true, Result: { IsGranted: true } admission } ? wait.Since + admission.Wait.Ticks : null;
        if (served != wait.Served)
            Difference ??= $"{string.Join('+', wait.Permits)} since {wait.Since}: served at {served}, out of turn";
    }

    // It need not wait for those who want something.
    private static bool IsNothing(int[] permits) => permits.All(count => count == 0);

    private string Levels() => $"{_bucket.Level} {string.Join(' ', _bucket.Further!.All.Select(limit => limit.Full))}";

    private PermitCost CostOf(int[] permits)
        => new(permits[0], [.. _bucket.Further!.All.Select((limit, i) => new LimitCost(limit, permits[i + 1])).Where(cost => cost.Permits > 0)]) { PassesOwn = permits[0] == 0 };

    private sealed record Wait(int[] Permits, long Since, Task<Admission> Task, CancellationTokenSource Gone)
    {
        public long? Served { get; set; }
    }
}
