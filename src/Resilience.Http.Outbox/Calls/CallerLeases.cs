using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>The leases of callers whose calls are under way: renewed while they are, so that nobody else sends what is on the wire.</summary>
internal sealed class CallerLeases(OutboxClient client)
{
    private readonly ConcurrentDictionary<string, OutboxRow> _held = new();
    private readonly Lock _lock = new();
    private bool _isRenewing;

    public void Hold(OutboxRow row)
    {
        lock (_lock)
        {
            _held[row.Id] = row;
            if (_isRenewing)
                return;
            _isRenewing = true;
        }

        _ = RenewAsync();
    }

    public void Free(OutboxRow row) => _held.TryRemove(row.Id, out _);

    /// <summary>Whether somebody else may hold the entry by now, or have ended it: this process was stopped, or could not renew the lease.</summary>
    public bool IsOver(OutboxRow row) => !_held.TryGetValue(row.Id, out var held) || held.DueAt <= client.Store.Now;

    // The fence stays: it is the same claim, for longer.
    private async Task RenewAsync()
    {
        while (HasAny())
        {
            await Task.Delay(client.Options.LeaseMargin / 2, client.Time).ConfigureAwait(false);
            var now = client.Store.Now;
            foreach (var (id, row) in _held)
            {
                if (row.DueAt - now > client.Options.LeaseMargin)
                    continue;

                if (await TryRenewAsync(row with { DueAt = now + (client.Options.LeaseMargin * 2) }).ConfigureAwait(false) is { } longer)
                    _held.TryUpdate(id, longer, row);
            }
        }
    }

    // Together, so that nobody is held whom no round looks at.
    private bool HasAny()
    {
        lock (_lock)
            return _isRenewing = !_held.IsEmpty;
    }

    private async Task<OutboxRow?> TryRenewAsync(OutboxRow longer)
    {
        try
        {
            return await client.WithinMarginAsync(client.Store.TryReplaceOwnAsync(longer, longer.Fence)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            return null;
        }
    }
}
