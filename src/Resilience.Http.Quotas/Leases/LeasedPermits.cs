namespace Resilience.Http;

/// <summary>Permits that a store has granted, each lease with its own end. The older lease is used first. Not safe for concurrent use.</summary>
internal struct LeasedPermits
{
    private Lease _older;
    private Lease _newer;

    public readonly long LeftAt(long now) => _older.LeftAt(now) + _newer.LeftAt(now);

    /// <summary>Whether nothing is left of any use, here or in the bucket.</summary>
    public readonly bool AreOverAt(long now, MissingTime missing) => LeftAt(now) == 0 && _older.MissingAt(now, missing) + _newer.MissingAt(now, missing) == 0;

    public bool TryTake(long now, long permits)
    {
        var (older, newer) = (_older.LeftAt(now), _newer.LeftAt(now));
        if (older + newer < permits)
            return false;

        var fromOlder = Math.Min(older, permits);
        _older.Left -= fromOlder;
        _newer.Left -= permits - fromOlder;
        return true;
    }

    /// <summary>Puts permits back that were not used, if their lease goes on.</summary>
    public bool TryPutBack(long now, long permits)
    {
        if (now >= _newer.End)
            return false;

        _newer.Left += permits;
        return true;
    }

    /// <summary>Adds a lease. Where there are two already, the older two end when the first of them does.</summary>
    public void Add(long permits, long end)
    {
        _older = _older.Left == 0 ? _newer : new(_older.Left + _newer.Left, _older.End);
        _newer = new(permits, end);
    }

    /// <summary>Takes out what has not been used in time, and is still missing in the bucket.</summary>
    /// <param name="now">The time.</param>
    /// <param name="missing">How long it is missing there: in longer a bucket regains it by itself.</param>
    public long TakeExpired(long now, MissingTime missing) => TakeExpired(ref _older, now, missing) + TakeExpired(ref _newer, now, missing);

    /// <summary>Takes out everything, to give it back.</summary>
    public long TakeAll(long now, MissingTime missing)
    {
        var all = LeftAt(now) + TakeExpired(now, missing);
        (_older, _newer) = (default, default);
        return all;
    }

    private static long TakeExpired(ref Lease lease, long now, MissingTime missing)
    {
        if (lease.Left == 0 || now < lease.End)
            return 0;

        var left = lease.MissingAt(now, missing);
        lease = default;
        return left;
    }

    private record struct Lease(long Left, long End)
    {
        public readonly long LeftAt(long now) => now < End ? Left : 0;

        /// <summary>What has ended and is still missing in the bucket.</summary>
        public readonly long MissingAt(long now, MissingTime missing) => now >= End && now - End <= missing.Of(Left) ? Left : 0;
    }
}
