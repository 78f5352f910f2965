namespace Resilience.Http;

/// <summary>
/// Has a place for each probe. A place holds the instant its probe started, so that one that hangs longer than its lease loses the place by
/// itself. The options are those at the start of the phase: were they to change under way, nobody might be left to decide.
/// </summary>
internal sealed class HalfOpenPhase : CircuitPhase
{
    private const long Free = long.MinValue;
    private const long Used = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly long[] _places;
    private readonly long _lease;
    private readonly double _failureRatio;
    private int _successes;
    private int _failures;

    public HalfOpenPhase(int openings, CircuitBreakerOptions options, TimeProvider time)
        : base(CircuitState.HalfOpen, openings)
    {
        _places = new long[options.Probes];
        _lease = time.ToTimestampUnits(options.ProbeLease);
        _failureRatio = options.FailureRatio;
        Array.Fill(_places, Free);
    }

    public override bool TryEnter(long now)
    {
        lock (_gate)
        {
            foreach (ref var place in _places.AsSpan())
            {
                if (!HasExpired(place, now))
                    continue;

                place = now;
                return true;
            }

            return false;
        }
    }

    public override CircuitTransitionReason? Record(long started, CircuitVerdict verdict, long now, CircuitBreakerOptions options)
    {
        lock (_gate)
        {
            var place = Array.IndexOf(_places, started);
            if (place < 0 || HasExpired(started, now))
                return null;

            _places[place] = verdict is CircuitVerdict.Neutral ? Free : Used;
            _failures += verdict is CircuitVerdict.Failure ? 1 : 0;
            _successes += verdict is CircuitVerdict.Success ? 1 : 0;

            var reason = Decide();
            if (reason is not null)
                Array.Fill(_places, Used);

            return reason;
        }
    }

    private CircuitTransitionReason? Decide()
    {
        if (Reaches(_failures))
            return CircuitTransitionReason.ProbesFailed;

        return Reaches(_places.Length - _successes) ? null : CircuitTransitionReason.ProbesSucceeded;
    }

    private bool Reaches(int failures) => (double)failures / _places.Length >= _failureRatio;

    private bool HasExpired(long started, long now) => started <= now - _lease;
}
