namespace Resilience.Http;

/// <summary>By when a call must have ended, on the clock of its client. Not known where nothing bounds the call.</summary>
public readonly record struct Deadline
{
    private readonly long _at;
    private readonly long _end;
    private readonly CallLimit? _limit;

    /// <param name="at">The timestamp of the deadline.</param>
    /// <param name="limit">Who ends the call there.</param>
    /// <param name="end">The timestamp at which the attempts end it in any case.</param>
    internal Deadline(long at, CallLimit limit, long end) => (_at, _limit, _end) = (at, limit, end);

    /// <summary>Whether anything bounds the call.</summary>
    public bool IsKnown => _limit is not null;

    /// <summary>The timestamp of the deadline; the largest there is where it is not known.</summary>
    internal long At => IsKnown ? _at : long.MaxValue;

    /// <summary>The timestamp at which the attempt under way has to end the call itself, because nobody else does.</summary>
    internal long AttemptEnd => IsKnown ? _end : long.MaxValue;

    /// <summary>Whether it is ours, and ends the call in any case. That of <see cref="HttpClient"/> ends it as usual, or not at all where an instance has another.</summary>
    internal bool IsOurs => _limit is { HeadStart.Ticks: 0 };

    /// <summary>Whether the handler that awaits the attempts has to end the call.</summary>
    internal bool IsEnforcedByAttempts => _limit is { IsEnforcedElsewhere: false };

    /// <summary>The deadline at which the attempts end the call in any case, whoever is to end it sooner; not known where they never do.</summary>
    internal Deadline OfAttempts => AttemptEnd is < long.MaxValue and var end ? new(end, _limit!, end) : default;

    /// <summary>The time that is left; <see cref="TimeSpan.MaxValue"/> where the deadline is not known, zero or less once it is over.</summary>
    /// <param name="now">A timestamp of the client's clock, <see cref="ClientContext.Time"/>.</param>
    public TimeSpan Left(long now) => _limit is { } limit ? limit.Time.GetElapsedTime(now, _at) : TimeSpan.MaxValue;

    /// <summary>The same deadline where somebody else ends the call.</summary>
    internal Deadline EndedBy(CallLimit limit) => new(_at, limit, long.MaxValue);

    /// <summary>
    /// Whether the time of the call is over. Where <see cref="HttpClient.Timeout"/> ends it, that is so 50 ms earlier: its timer was started before the call came here.
    /// </summary>
    /// <param name="now">A timestamp of the client's clock, <see cref="ClientContext.Time"/>.</param>
    public bool IsOver(long now) => _limit is { } limit && Left(now) <= limit.HeadStart;

    /// <summary>How long something may be waited for that the call could also end without: until <see cref="IsOver"/>, in whole milliseconds; without end where the deadline is not known.</summary>
    internal TimeSpan LeftToWait(long now) => _limit is { } limit
        ? TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((Left(now) - limit.HeadStart).TotalMilliseconds), 0, int.MaxValue))
        : Timeout.InfiniteTimeSpan;

    /// <summary>What a call ends in that attempts have ended.</summary>
    internal Exception TimedOut(HttpRequestMessage request, Exception cause) => _limit!.TimedOut(request, cause);
}
