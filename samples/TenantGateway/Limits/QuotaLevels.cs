using System.Collections.Concurrent;

namespace TenantGateway;

/// <summary>Stands before the store and remembers what each grant left: what the answers tell the tenants.</summary>
internal sealed class QuotaLevels(IQuotaStore store, TimeProvider time) : IQuotaStore
{
    // A lease is used up or given back by then.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Level> _levels = new();

    public async ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        var grant = await store.LeaseAsync(request, cancellationToken);
        if (grant.Left is { } left)
            _levels[request.Key] = new(left + grant.Granted, time.GetTimestamp());
        return grant;
    }

    public ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken) => store.GiveAsync(limits, permits, cancellationToken);

    public ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken) => store.PauseAsync(key, authority, pause, cancellationToken);

    /// <summary>How many permits are left once one has been used; null if the store has said nothing lately.</summary>
    public long? Use(string key)
        => _levels.TryGetValue(key, out var level) && time.GetElapsedTime(level.Asked) < Fresh ? level.Use() : null;

    private sealed class Level(long left, long asked)
    {
        private long _left = left;

        public long Asked => asked;

        public long Use() => Interlocked.Decrement(ref _left);
    }
}
