using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace TenantGateway;

/// <summary>
/// The requests that are under way. A download or a WebSocket may be open for hours: it ends with its key, and no tenant has so many that others find no room.
/// </summary>
internal sealed class OpenRequests : IDisposable
{
    private readonly ConcurrentDictionary<OpenRequest, bool> _open = new();
    private readonly PartitionedRateLimiter<Tenant> _room = PartitionedRateLimiter.Create<Tenant, (string Id, int MostOpen)>(
        static tenant => RateLimitPartition.GetConcurrencyLimiter((tenant.Id, tenant.Plan.MostOpen), static key => new() { PermitLimit = key.MostOpen }));

    private TenantDirectory? _latest;

    /// <param name="known">The configuration in which the key was found.</param>
    /// <param name="key">The key that the request came with.</param>
    /// <param name="tenant">Whose key it is.</param>
    /// <param name="abort">Ends the request.</param>
    /// <returns>What to dispose of once the request has ended; null if the tenant has as many open as it may.</returns>
    public IDisposable? TryAdd(TenantDirectory known, string key, Tenant tenant, Action abort)
    {
        var room = _room.AttemptAcquire(tenant);
        if (!room.IsAcquired)
        {
            room.Dispose();
            return null;
        }

        var request = new OpenRequest(this, key, tenant.Id, abort, room);
        _open.TryAdd(request, true);
        // It waited for its permit, and the key was looked at before: a check that was made meanwhile has not seen it.
        if (Volatile.Read(ref _latest) is { } latest && latest != known)
            request.Check(latest);
        return request;
    }

    /// <summary>Aborts those whose keys are not those of their tenants any more.</summary>
    public void Check(TenantDirectory tenants)
    {
        Volatile.Write(ref _latest, tenants);
        foreach (var request in _open.Keys)
            request.Check(tenants);
    }

    public void Dispose() => _room.Dispose();

    private sealed class OpenRequest(OpenRequests all, string key, string tenant, Action abort, RateLimitLease room) : IDisposable
    {
        private readonly Lock _ending = new();
        private bool _hasEnded;

        public void Check(TenantDirectory tenants)
        {
            if (tenants.FindByKey(key)?.Id == tenant)
                return;

            // What is aborted once the request has ended is the next one on its connection, which may be another tenant's.
            lock (_ending)
            {
                if (!_hasEnded)
                    abort();
            }
        }

        public void Dispose()
        {
            lock (_ending)
                _hasEnded = true;
            all._open.TryRemove(this, out _);
            room.Dispose();
        }
    }
}
