namespace Resilience.Http;

/// <summary>The servers that have asked for a pause, as far as this instance knows. Safe for concurrent use; while there are none, a look at it costs next to nothing.</summary>
/// <param name="time">The clock.</param>
/// <param name="longest">How long a pause may be, as the options say now: also one that is under way.</param>
internal sealed class AuthorityPauses(TimeProvider time, Func<TimeSpan> longest)
{
    private const int MaxAuthorities = 100;
    private const int MaxHost = 253;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Pause> _pauses = new(StringComparer.Ordinal);
    private volatile bool _isEmpty = true;
    private bool _wasFull;

    public IReadOnlyList<QuotaPause> All
    {
        get
        {
            lock (_lock)
                return [.. _pauses.Select(pause => new QuotaPause(pause.Key, time.GetElapsedTime(time.GetTimestamp(), EndOf(pause.Value)))).Where(pause => pause.Left > TimeSpan.Zero)];
        }
    }

    public bool AreOver => _isEmpty || All.Count == 0;

    /// <summary>How much longer the server at an address is paused; zero if it is not.</summary>
    public TimeSpan LeftFor(Uri? address, long now)
    {
        if (_isEmpty)
            return TimeSpan.Zero;

        lock (_lock)
            return _pauses.TryGetValue(AuthorityOf(address), out var pause) && EndOf(pause) is var end && end > now ? time.GetElapsedTime(now, end) : TimeSpan.Zero;
    }

    /// <summary>Notes what a server has asked this instance for.</summary>
    /// <param name="authority">The server's.</param>
    /// <param name="wasCalled">Whether it was called itself. Whoever redirects names as many others as he likes, which take no place of one that was.</param>
    /// <param name="pause">How long.</param>
    /// <param name="now">A timestamp.</param>
    /// <returns>Whether that is a pause that was not known.</returns>
    public bool Add(string authority, bool wasCalled, TimeSpan pause, long now)
    {
        lock (_lock)
        {
            var isKnown = _pauses.TryGetValue(authority, out var before);
            if (!isKnown && _pauses.Count >= MaxAuthorities && !TryMakeRoom(wasCalled, now))
                return false;

            Keep(authority, new(now, now + Ticks(pause), wasCalled, IsShared: false));
            return !isKnown || EndOf(before) <= now;
        }
    }

    /// <summary>Takes over what the store knows, which wins over everything that it has been told, unless it may have had no room for that.</summary>
    /// <returns>Whether one has ended before its time.</returns>
    public bool Replace(IReadOnlyList<QuotaPause> shared, long now)
    {
        if (_isEmpty && shared.Count == 0)
            return false;

        lock (_lock)
        {
            var hasEnded = false;
            _wasFull = shared.Count >= MaxAuthorities;
            var told = shared.Take(MaxAuthorities).ToDictionary(pause => pause.Authority, pause => now + Ticks(pause.Left), StringComparer.Ordinal);
            // The same pause as before is measured from when it was first heard of, or one that is cut short would begin anew with each answer.
            foreach (var (authority, known) in _pauses.ToArray())
            {
                var isSame = told.TryGetValue(authority, out var end) && Math.Abs(end - known.Asked) < time.TimestampFrequency;
                if (isSame && told.Remove(authority))
                    _pauses[authority] = known with { WasCalled = true, IsShared = true };
                else if ((known.IsShared && !_wasFull) || EndOf(known) <= now)
                {
                    hasEnded |= EndOf(known) > now;
                    Forget(authority);
                }
            }

            foreach (var (authority, end) in told)
                Keep(authority, new(now, end, WasCalled: true, IsShared: true));
            return hasEnded;
        }
    }

    /// <summary>Ends a pause, if there is one.</summary>
    public void End(string authority)
    {
        lock (_lock)
            Forget(authority);
    }

    /// <summary>The store has been told of a pause. One that was full may not have kept it.</summary>
    public void Shared(string authority)
    {
        lock (_lock)
        {
            if (!_wasFull && _pauses.TryGetValue(authority, out var pause))
                _pauses[authority] = pause with { IsShared = true };
        }
    }

    public static string AuthorityOf(Uri? address)
        => address is { IsAbsoluteUri: true } ? $"{address.Scheme}://{HostOf(address)}:{address.Port}" : "*";

    // No name of the DNS is longer, but a proxy may answer for one that is, and a database may not keep it.
    private static string HostOf(Uri address) => AddressHost.Of(address) is var host && host.Length > MaxHost ? host[..MaxHost] : host;

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);

    private bool TryMakeRoom(bool isForOneCalled, long now)
    {
        var (authority, first) = _pauses.MinBy(pause => (EndOf(pause.Value) > now, pause.Value.WasCalled, pause.Value.Asked));
        if (first.WasCalled && EndOf(first) > now && !isForOneCalled)
            return false;

        Forget(authority);
        return true;
    }

    private void Keep(string authority, Pause pause)
    {
        var known = _pauses.GetValueOrDefault(authority, pause);
        _pauses[authority] = (EndOf(known) > EndOf(pause) ? known : pause) with { WasCalled = known.WasCalled || pause.WasCalled };
        _isEmpty = false;
    }

    private void Forget(string authority)
    {
        _pauses.Remove(authority);
        _isEmpty = _pauses.Count == 0;
    }

    private long EndOf(Pause pause) => Math.Min(pause.Asked, pause.Since + Ticks(longest()));

    private readonly record struct Pause(long Since, long Asked, bool WasCalled, bool IsShared);
}
