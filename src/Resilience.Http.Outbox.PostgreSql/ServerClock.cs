namespace Resilience.Http;

/// <summary>The server's clock, which never runs backwards here: from the latest time seen on, time passes by this process's own clock until the server is asked again. Safe for concurrent use.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _seen;
    private long _seenAt;

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return _seenAt == 0 ? time.GetUtcNow() : _seen + time.GetElapsedTime(_seenAt);
        }
    }

    /// <summary>By how much it is ahead of the server, which was set back.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <summary>What the server says by now, though it was set back.</summary>
    public DateTimeOffset Server
    {
        get
        {
            lock (_lock)
                return Now - Ahead;
        }
    }

    /// <summary>It has been that late already.</summary>
    public void Raise(DateTimeOffset seen)
    {
        lock (_lock)
        {
            if (_seenAt != 0 && seen > _seen + time.GetElapsedTime(_seenAt))
                (_seen, _seenAt) = (seen, time.GetTimestamp());
        }
    }

    /// <summary>The server was asked.</summary>
    /// <param name="latest">The latest time that any worker has seen.</param>
    /// <param name="server">The server's time.</param>
    public void Set(DateTimeOffset latest, DateTimeOffset server)
    {
        lock (_lock)
        {
            var own = _seenAt == 0 ? latest : _seen + time.GetElapsedTime(_seenAt);
            var now = latest > server ? latest : server;
            // A little of the way there and back does not make it run ahead.
            (_seen, _seenAt) = (own > now + TimeSpan.FromSeconds(1) ? own : now, time.GetTimestamp());
            Ahead = _seen - server;
        }
    }
}
