using System.Collections.Concurrent;

namespace TenantGateway;

/// <summary>The requests that are under way. A download or a WebSocket may be open for hours: it ends with its key.</summary>
internal sealed class OpenRequests
{
    private readonly ConcurrentDictionary<OpenRequest, bool> _open = new();

    /// <returns>What to dispose of once the request has ended.</returns>
    public IDisposable Add(string key, Tenant tenant, Action abort)
    {
        var request = new OpenRequest(this, key, tenant.Id, abort);
        _open.TryAdd(request, true);
        return request;
    }

    /// <summary>Aborts those whose keys are not those of their tenants any more.</summary>
    public void Check(TenantDirectory tenants)
    {
        foreach (var request in _open.Keys)
            request.Check(tenants);
    }

    private sealed class OpenRequest(OpenRequests all, string key, string tenant, Action abort) : IDisposable
    {
        public void Check(TenantDirectory tenants)
        {
            if (tenants.FindByKey(key)?.Id != tenant)
                abort();
        }

        public void Dispose() => all._open.TryRemove(this, out _);
    }
}
