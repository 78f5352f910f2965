namespace Resilience.Http;

/// <summary>
/// What requests to one authority have to pass before they reach their bucket: another bucket, which the authority's server pauses or slows down.
/// Safe for concurrent use.
/// </summary>
/// <param name="authority">The authority.</param>
/// <param name="pacing">The pace and the clock of the bucket.</param>
/// <param name="full">When the bucket became or becomes full, as a timestamp.</param>
internal sealed class ServerGate(PartitionKey authority, Pacing pacing, long full) : TokenBucket(authority, pacing, pacing.Current.Bare, full)
{
    // The end of a pause, its beginning and what it makes of the level belong together.
    private readonly Lock _pausing = new();
    private PaceBound? _bound;
    private long _pausedSince;

    /// <summary>Whether the authority was called itself, rather than by way of a redirect.</summary>
    public bool WasCalled { get; set; }

    public DateTimeOffset? PausedUntil
        => Now is var now && IsPaused(now) ? Pacing.Time.GetUtcNow() + Pacing.Span(Gcra.PausedUntil - now) : null;

    public override Retention RetentionAt(long now)
        => base.RetentionAt(now) is var retention && retention is Retention.None && now < _bound?.Until ? Retention.WhileThereIsRoom : retention;

    /// <summary>Grants nothing until then. A time in the past, or before the end of a running pause, changes nothing.</summary>
    /// <returns>Whether this began a pause, rather than prolonging one.</returns>
    public bool Pause(long until)
    {
        var now = Now;
        if (until <= now)
            return false;

        bool begins;
        lock (_pausing)
        {
            begins = !IsPaused(now);
            Volatile.Write(ref _pausedSince, now);
            Gcra.Pause(Math.Min(until, now + Pace.Longest));
        }

        OnChanged(now);
        return begins;
    }

    /// <summary>Ends a pause, if there is one.</summary>
    public void EndPause()
    {
        var now = Now;
        lock (_pausing)
        {
            if (!IsPaused(now))
                return;

            Gcra.EndPause(now);
        }

        OnChanged(now);
    }

    /// <summary>Besides, ends a pause that the options no longer allow, or as far as they no longer do.</summary>
    public override void FollowOptions(long now)
    {
        Adopt(now);
        // Every request asks, and mostly they do.
        if (IsAllowed(now, out _))
            return;

        lock (_pausing)
        {
            // The same pause, which has begun when it has.
            if (IsAllowed(now, out var latest))
                return;
            if (latest > now)
                Gcra.ShortenPause(latest);
            else
                Gcra.EndPause(now);
        }

        OnChanged(now);
    }

    /// <summary>
    /// Slows down so that the rest of the server's quota lasts until then; the permits in the bucket are part of it. A quota that lasts anyway
    /// ends the slowdown.
    /// </summary>
    public void Spread(long remaining, long until, long longestInterval)
    {
        var (now, own) = (Now, Pacing.Current.Bare);
        var spare = Math.Max(remaining - Gcra.Level(now), 1);
        var interval = Math.Min((until - now) / spare, longestInterval);
        _bound = interval > own.Interval ? new(own.Slower(interval), own, until) : null;
        Adopt(now);
    }

    protected override Pace PaceAt(long now)
        => Pacing.Current.Bare is var own && _bound is { } bound && now < bound.Until && ReferenceEquals(bound.InPlaceOf, own) ? bound.Pace : own;

    // The end before the beginning, as a new pause writes them the other way round: it is never measured from where an old one began.
    private bool IsAllowed(long now, out long latest)
    {
        var (until, since, options) = (Gcra.PausedUntil, Volatile.Read(in _pausedSince), Pacing.Current.Options);
        latest = since + (options.ObeyServerLimits ? Pacing.Ticks(options.MaxServerPause) : 0);
        return until <= Math.Max(latest, now);
    }
}
