namespace Resilience.Http.Tests;

/// <summary>The rules of a circuit once more, in the plainest way: lists, whole milliseconds, one thread, no bounds on memory.</summary>
internal sealed class CircuitModel(CircuitBreakerOptions options)
{
    private readonly List<(long At, bool Failed)> _calls = [];
    private readonly List<Lease> _probes = [];
    private int _generation;
    private int _openings;
    private long _until;
    private long _advisedUntil;

    public CircuitState State { get; private set; }

    public long? RetryAfter(long now) => State is CircuitState.Open ? Math.Max(0, _until - now) : null;

    public Lease? TryEnter(long now)
    {
        if (State is CircuitState.Open && now >= _until)
            Move(CircuitState.HalfOpen, _openings);

        var lease = new Lease(_generation, now);
        if (State is CircuitState.Closed)
            return lease;

        if (State is not CircuitState.HalfOpen || _probes.Count(probe => !probe.HasGivenUp && (probe.Failed is not null || IsAlive(probe, now))) >= options.Probes)
            return null;

        _probes.Add(lease);
        return lease;
    }

    public void Record(Lease lease, CircuitVerdict verdict, long now, int advised)
    {
        if (lease.Generation != _generation)
            return;

        if (verdict is CircuitVerdict.Failure)
            _advisedUntil = Math.Max(_advisedUntil, now + Math.Min(advised, (long)options.MaxAdvisedBreak.TotalMilliseconds));

        if (State is CircuitState.Closed && verdict is not CircuitVerdict.Neutral)
            JudgeCalls(verdict is CircuitVerdict.Failure, now);
        else if (State is CircuitState.HalfOpen && IsAlive(lease, now))
            JudgeProbes(lease, verdict, now);
    }

    public void Isolate() => MoveByHand(CircuitState.Isolated);

    public void Close() => MoveByHand(CircuitState.Closed);

    private void JudgeCalls(bool failed, long now)
    {
        _calls.Add((now, failed));
        var inARow = _calls.AsEnumerable().Reverse().TakeWhile(call => call.Failed).Count();
        var slot = (long)options.Window.TotalMilliseconds / 10;
        var inWindow = _calls.Where(call => Slot(call.At) > Slot(now) - 10).ToList();
        var ratio = inWindow.Count(call => call.Failed) / (double)inWindow.Count;
        if (inARow >= options.ConsecutiveFailures || (inWindow.Count >= options.MinimumCalls && ratio >= options.FailureRatio))
            Open(now);

        long Slot(long at) => (at - _calls[0].At) / slot;
    }

    private void JudgeProbes(Lease probe, CircuitVerdict verdict, long now)
    {
        probe.HasGivenUp = verdict is CircuitVerdict.Neutral;
        probe.Failed = probe.HasGivenUp ? null : verdict is CircuitVerdict.Failure;
        var failures = _probes.Count(other => other.Failed is true);
        var successes = _probes.Count(other => other.Failed is false);
        if (failures / (double)options.Probes >= options.FailureRatio)
            Open(now);
        else if ((options.Probes - successes) / (double)options.Probes < options.FailureRatio)
            Move(CircuitState.Closed, 0);
    }

    private void Open(long now)
    {
        var own = Math.Min(options.MaxBreakDuration.TotalMilliseconds, options.BreakDuration.TotalMilliseconds * Math.Pow(2, _openings));
        _until = Math.Max(now + (long)own, _advisedUntil);
        Move(CircuitState.Open, _openings + 1);
    }

    private void MoveByHand(CircuitState to)
    {
        if (State != to)
            Move(to, 0);
    }

    private void Move(CircuitState to, int openings)
    {
        (State, _openings, _advisedUntil) = (to, openings, 0);
        _generation++;
        _calls.Clear();
        _probes.Clear();
    }

    private bool IsAlive(Lease probe, long now) => now - probe.Started < options.ProbeLease.TotalMilliseconds;

    internal sealed class Lease(int generation, long started)
    {
        public int Generation => generation;

        public long Started => started;

        public bool? Failed { get; set; }

        public bool HasGivenUp { get; set; }
    }
}
