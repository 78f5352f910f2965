namespace Resilience.Http;

/// <summary>Decides what is done with an entry after a try.</summary>
internal static class Verdicts
{
    /// <summary>Of a call whose answer nobody has read to its end.</summary>
    public static Verdict FailedUnstored { get; } = new(VerdictKind.Ask, "the server has failed, perhaps after the effect, and does not store failures");

    /// <param name="tried">What the try came to.</param>
    /// <param name="client">Whose call it is.</param>
    /// <param name="wasTriedBefore">Whether an earlier try, or an attempt before the last of this one, may have been processed; null if nobody knows any more.</param>
    /// <param name="isDrained">Whether nobody waits for the call any more.</param>
    /// <returns>What is done; no server has anybody wait for longer than the options allow.</returns>
    public static Verdict Of(TryOutcome tried, OutboxClient client, bool? wasTriedBefore, bool isDrained)
    {
        var (verdict, longest) = (Of(tried, client.Profile, wasTriedBefore, isDrained), client.Options.MaxAdvisedDelay);
        return verdict.Wait > longest ? verdict with { Wait = longest } : verdict;
    }

    private static Verdict Of(TryOutcome tried, IdempotencyProfile profile, bool? wasTriedBefore, bool isDrained)
    {
        if (tried.HasFailedUnstored && (tried.Status is null || tried.IsOfHandler))
            return FailedUnstored;
        if (tried is { Status: { } own, IsOfHandler: true } && (isDrained || tried.MayHaveBeenProcessed))
            return new((int)own is >= 200 and < 300 ? VerdictKind.Ask : VerdictKind.Again, $"{(int)own} of a handler, and nothing from the server");
        if (tried.Status is { } status)
            return tried.WasReplaced
                ? new(VerdictKind.Ask, $"a redirect made another request of it, which was answered {(int)status}")
                : Of(StatusOf(tried, (int)status), tried, profile, wasTriedBefore, isDrained);

        return tried.Kind switch
        {
            OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter => new(VerdictKind.Again, $"{tried.Kind}", tried.RetryAfter, HoldsDestination: true, IsOwn: true),
            OutcomeKind.Timeout or OutcomeKind.ConnectionFailed => new(VerdictKind.Again, $"{tried.Kind}"),
            OutcomeKind.Unauthorized or OutcomeKind.Throttled or OutcomeKind.Unavailable or OutcomeKind.ServerError => new(VerdictKind.Again, $"{tried.Kind}", tried.RetryAfter),
            // Such as a service for credentials that cannot be reached: the request is not at fault.
            _ when isDrained && !IsOfRequest(tried.Exception) => new(VerdictKind.Again, $"{tried.Exception?.GetType().Name}"),
            _ => new(tried.MayHaveBeenProcessed ? VerdictKind.Ask : VerdictKind.Dead, $"{tried.Exception?.GetType().Name}: the request cannot be sent"),
        };
    }

    private static bool IsOfRequest(Exception? e)
        => e is HttpRequestException { StatusCode: null } or InvalidOperationException or ArgumentException or FormatException or NotSupportedException;

    // A 200 of a limit that was reached is as good as a 429.
    private static int StatusOf(TryOutcome tried, int status) => tried.Meaning switch
    {
        null or OutcomeKind.Success => status,
        OutcomeKind.Throttled => 429,
        OutcomeKind.Unavailable => 503,
        OutcomeKind.Timeout => 504,
        OutcomeKind.ServerError => 500,
        OutcomeKind.Unauthorized => 401,
        _ => status < 400 ? 400 : status,
    };

    private static Verdict Of(int status, TryOutcome tried, IdempotencyProfile profile, bool? wasTriedBefore, bool isDrained) => (status, tried.Key) switch
    {
        (_, IdempotencyVerdict.InFlight) => new(VerdictKind.Again, $"{status}: an earlier request with the key is being processed", tried.RetryAfter),
        (_, IdempotencyVerdict.Done) when wasTriedBefore is true => new(VerdictKind.Done, $"{status}: already done"),
        (_, IdempotencyVerdict.Done) when wasTriedBefore is null => new(VerdictKind.Ask, $"{status}: the key was used before, perhaps by an earlier try"),
        (_, IdempotencyVerdict.Done) => new(VerdictKind.Declined, $"{status}: the key was used before"),
        (_, IdempotencyVerdict.Unknown) => new(VerdictKind.Ask, $"{status}: processed or being processed"),
        (_, IdempotencyVerdict.Mismatch) => new(VerdictKind.Dead, $"{status}: the key was used with another request"),
        ( >= 200 and < 300, _) => new(VerdictKind.Done, $"{status}"),
        ( < 400, _) => new(VerdictKind.Ask, $"{status}: the server redirects"),
        (408, _) => new(VerdictKind.Again, "408", tried.RetryAfter),
        // Of a proxy, or of a server that it was not meant for: the right one has not seen it.
        (407 or 421 or 425 or 429, _) => new(VerdictKind.Again, $"{status}", tried.RetryAfter, HoldsDestination: true),
        // Whoever knows the key would have given the answer to the attempt before: this is a gateway's, or of a server that looks at other things first.
        (401 or 403 or 404 or 405 or 413 or 414 or 415 or 431 or 451 or 501 or (>= 505 and <= 508), _) when wasTriedBefore is true && !tried.IsReplayed
            => new(VerdictKind.Again, $"{status}, which does not tell what became of an earlier attempt"),
        (401, _) when isDrained => new(VerdictKind.Again, "401: the credentials were not accepted"),
        (410, _) => new(VerdictKind.Dead, "410: gone for good"),
        ( < 500, _) when tried.ShouldRetry => new(VerdictKind.Again, $"{status}: the server says that another try helps", tried.RetryAfter),
        (501 or (>= 505 and <= 508), _) or ( < 500, _) => new(VerdictKind.Declined, $"{status}"),
        _ when tried.IsReplayed => new(VerdictKind.Ask, $"{status}: the server replays the failure that it has stored for the key", tried.RetryAfter, IsKeyUsedUp: true),
        _ when profile.Stores is IdempotencyResults.Successes && status is not 504 => new(VerdictKind.Ask, $"{status}: the server does not store failures, and this one may have come after the effect", tried.RetryAfter, HoldsDestination: tried.RetryAfter is not null),
        _ => new(VerdictKind.Again, $"{status}", tried.RetryAfter, HoldsDestination: tried.RetryAfter is not null),
    };
}
