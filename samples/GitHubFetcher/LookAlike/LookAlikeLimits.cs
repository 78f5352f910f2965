namespace GitHubFetcher.LookAlike;

/// <summary>GitHub's limits scaled down: 8 requests in 3 s instead of 60 in an hour, and a secondary one that nothing announces.</summary>
internal sealed class LookAlikeLimits(TimeProvider time)
{
    private const int Limit = 8;
    private const int SecondaryAfter = 13;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SecondaryPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private DateTimeOffset _reset;
    private DateTimeOffset _secondaryEnd;
    private int _used;

    public Traffic Traffic { get; private set; }

    /// <param name="isClosed">Whether the account is none of the client's business.</param>
    /// <param name="isKnown">Whether the client has the answer already, which costs nothing.</param>
    public Verdict Judge(bool isClosed, bool isKnown)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now >= _reset)
                (_reset, _used) = (DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) + Window, 0);

            var isLimited = now < _secondaryEnd || _used >= Limit;
            Traffic = Traffic.Add(isLimited);
            return isLimited ? Refuse(now < _secondaryEnd ? Refusal.Secondary : Refusal.Primary, now) : Serve(isClosed, isKnown, now);
        }
    }

    private Verdict Serve(bool isClosed, bool isKnown, DateTimeOffset now)
    {
        if (Traffic.Served == SecondaryAfter)
        {
            _secondaryEnd = now + SecondaryPause;
            Traffic = Traffic with { Served = Traffic.Served + 1 };
            return Refuse(Refusal.Secondary, now);
        }

        if (!isKnown)
            _used++;
        Traffic = Traffic with
        {
            Served = Traffic.Served + 1,
            Spent = Traffic.Spent + (isKnown ? 0 : 1),
            NotModified = Traffic.NotModified + (isKnown ? 1 : 0),
            Closed = Traffic.Closed + (isClosed ? 1 : 0),
        };
        return new(isClosed ? Refusal.Closed : null, Limit, Limit - _used, _reset, RetryAfter: null);
    }

    private Verdict Refuse(Refusal refusal, DateTimeOffset now)
    {
        Traffic = Traffic with { Refused = Traffic.Refused + 1 };
        return new(refusal, Limit, Limit - _used, _reset, refusal == Refusal.Secondary ? _secondaryEnd - now : null);
    }
}
