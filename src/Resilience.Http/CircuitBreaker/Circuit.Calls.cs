namespace Resilience.Http;

// What calls do to it: they enter, and are counted when they have ended.
public sealed partial class Circuit : IAttemptObserver
{
    /// <summary>Counts what an attempt came to. If the user's rule throws, it counts neither way, and what it threw goes to the caller.</summary>
    void IAttemptObserver.OnEnded(in AttemptResult result, object? state, long joinedAt)
    {
        var lease = new CircuitLease((CircuitPhase)state!, joinedAt);
        CircuitVerdict verdict;
        try
        {
            verdict = Judge(result);
        }
        catch
        {
            Record(lease, CircuitVerdict.Neutral, result.EndedAt);
            throw;
        }

        Record(lease, verdict, result.EndedAt, result.Result.Advice?.Delay);
    }

    internal bool TryEnter(long now, out CircuitLease lease, Attempt? attempt = null)
    {
        while (true)
        {
            var phase = _phase;
            lease = new(phase, now);
            if (phase.TryEnter(now, attempt))
                return true;

            if (phase is OpenPhase open && open.Until <= now)
                Move(phase, new HalfOpenPhase(phase.Openings, _options.Value, _client.Time), CircuitTransitionReason.BreakElapsed);
            else if (phase == _phase)
                return false;
        }
    }

    /// <summary>Takes the verdict on an admitted call; it is ignored if the circuit has moved on since.</summary>
    internal void Record(CircuitLease lease, CircuitVerdict verdict, long now, TimeSpan? advised = null)
    {
        var phase = lease.Phase;
        if (phase != _phase)
            return;

        var options = _options.Value;
        if (advised is { } advice && verdict is CircuitVerdict.Failure)
            phase.Advise(now + _client.Time.ToTimestampUnits(advice < options.MaxAdvisedBreak ? advice : options.MaxAdvisedBreak));

        if (phase.Record(lease.Started, verdict, now, options) is not { } reason)
            return;

        if (reason is CircuitTransitionReason.ProbesSucceeded)
            Move(phase, new ClosedPhase(_client.Time), reason);
        else
            Open(phase, reason, now, options);
    }

    private CircuitVerdict Judge(in AttemptResult result)
    {
        if (_key.IsAuthority && result.HasEndedElsewhere && PartitionKey.OfAuthority(result.Address) != _key)
            return CircuitRules.JudgeRedirect(result);

        // From when it was sent: neither a wait for a permit is the server's time nor one for bytes of the caller's.
        var options = _options.Value;
        var took = options.SlowCallDuration is null ? default : _client.Time.GetElapsedTime(result.SentAt, result.EndedAt) - result.CallersTime;
        return CircuitRules.Judge(result, took, options);
    }

    private void Open(CircuitPhase phase, CircuitTransitionReason reason, long now, CircuitBreakerOptions options)
    {
        var openings = phase.Openings + 1;
        var advised = _client.Time.GetElapsedTime(now, Math.Max(now, phase.AdvisedUntil));
        var duration = OpenPhase.BreakDuration(options, openings, advised, _client.NextDouble());
        Move(phase, new OpenPhase(openings, now + _client.Time.ToTimestampUnits(duration)), reason, duration);
    }
}
