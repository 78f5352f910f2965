namespace Resilience.Http;

/// <summary>
/// Has a place for each probe. A place holds the instant its probe started, so that one that hangs longer than its lease loses the place by
/// itself. One that waits for its caller's bytes tells nothing of the server meanwhile, and holds none: whatever it comes to counts all the same. The options are those at the
/// start of the phase: were they to change under way, nobody might be left to decide.
/// </summary>
internal sealed class HalfOpenPhase : CircuitPhase
{
    private const long Free = long.MinValue;
    private const long Used = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly Place[] _places;
    private readonly List<long> _aside = [];
    private readonly long _lease;
    private readonly double _failureRatio;
    private int _successes;
    private int _failures;

    public HalfOpenPhase(int openings, CircuitBreakerOptions options, TimeProvider time)
        : base(CircuitState.HalfOpen, openings)
    {
        _places = new Place[options.Probes];
        _lease = time.ToTimestampUnits(options.ProbeLease);
        _failureRatio = options.FailureRatio;
        Array.Fill(_places, new(Free));
    }

    public override bool TryEnter(long now, Attempt? attempt = null)
    {
        lock (_gate)
        {
            var at = Array.FindIndex(_places, place => HasExpired(place.Started, now));
            if (at < 0)
                at = SetAside(now);
            if (at < 0)
                return false;

            _places[at] = new(now, attempt is null ? default : new(attempt));
            return true;
        }
    }

    public override CircuitTransitionReason? Record(long started, CircuitVerdict verdict, long now, CircuitBreakerOptions options)
    {
        lock (_gate)
        {
            var at = Array.FindIndex(_places, place => place.Started == started);
            if (HasExpired(started, now) || (at < 0 && !_aside.Remove(started)))
                return null;

            if (at >= 0)
                _places[at] = new(verdict is CircuitVerdict.Neutral ? Free : Used);
            _failures += verdict is CircuitVerdict.Failure ? 1 : 0;
            _successes += verdict is CircuitVerdict.Success ? 1 : 0;

            // Nobody else enters until the next phase is there, and if it does not come, no longer than a probe has.
            var reason = Decide();
            if (reason is not null)
                Array.Fill(_places, new(now));

            return reason;
        }
    }

    private int SetAside(long now)
    {
        var at = Array.FindIndex(_places, place => place.Probe.Current is { LacksBody: true });
        if (at < 0)
            return at;

        // What these come to counts no more, and uploads may go on for as long as the phase does.
        _aside.RemoveAll(started => HasExpired(started, now));
        _aside.Add(_places[at].Started);
        return at;
    }

    private CircuitTransitionReason? Decide()
    {
        if (Reaches(_failures))
            return CircuitTransitionReason.ProbesFailed;

        return Reaches(_places.Length - _successes) ? null : CircuitTransitionReason.ProbesSucceeded;
    }

    private bool Reaches(int failures) => (double)failures / _places.Length >= _failureRatio;

    private bool HasExpired(long started, long now) => started <= now - _lease;

    private readonly record struct Place(long Started, AttemptContext Probe = default);
}
