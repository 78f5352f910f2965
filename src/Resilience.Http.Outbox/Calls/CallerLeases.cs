using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>The leases of callers whose calls are under way: renewed while they are, so that nobody else sends what is on the wire.</summary>
internal sealed class CallerLeases(OutboxClient client)
{
    // As exact as stores are: others see the end of it as much earlier.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentDictionary<string, Held> _held = new();
    private readonly Lock _lock = new();
    private bool _isRenewing;

    /// <param name="row">The entry, just kept.</param>
    /// <param name="asked">When the store was asked to keep it.</param>
    public void Hold(OutboxRow row, Moment asked)
    {
        lock (_lock)
        {
            _held[row.Id] = new(row, asked, row.DueAt - row.KeptAt);
            if (_isRenewing)
                return;
            _isRenewing = true;
        }

        _ = RenewAsync();
    }

    public void Free(OutboxRow row) => _held.TryRemove(row.Id, out _);

    /// <summary>Whether somebody else may hold the entry by now, or have ended it: this process was stopped, or could not renew the lease.</summary>
    public bool IsOver(OutboxRow row) => !_held.TryGetValue(row.Id, out var held) || held.Row.DueAt - client.Store.Now < Tick || client.PassedSince(held.Asked) >= held.Length;

    // The fence stays: it is the same claim, for longer.
    private async Task RenewAsync()
    {
        while (HasAny())
        {
            await Task.Delay(client.Options.LeaseMargin / 2, client.Time).ConfigureAwait(false);
            foreach (var (id, held) in _held)
            {
                if (await TryRenewAsync(held).ConfigureAwait(false) is { } longer)
                    _held.TryUpdate(id, longer, held);
            }
        }
    }

    // Together, so that nobody is held whom no round looks at.
    private bool HasAny()
    {
        lock (_lock)
            return _isRenewing = !_held.IsEmpty;
    }

    private async Task<Held?> TryRenewAsync(Held held)
    {
        try
        {
            var (asked, length) = (client.Moment, client.Options.LeaseMargin * 2);
            // A store that follows a server's clock has slept with the machine.
            await client.WithinMarginAsync(client.Store.OpenAsync(CancellationToken.None)).ConfigureAwait(false);
            var now = client.Store.Now;
            if (held.Row.DueAt - now > client.Options.LeaseMargin)
                return null;

            var longer = await client.WithinMarginAsync(client.Store.TryReplaceOwnAsync(held.Row with { DueAt = now + length }, held.Row.Fence)).ConfigureAwait(false);
            return longer is null ? null : new(longer, asked, length);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <param name="Row">The entry.</param>
    /// <param name="Asked">When the store was asked for the lease.</param>
    /// <param name="Length">How long that is.</param>
    private sealed record Held(OutboxRow Row, Moment Asked, TimeSpan Length);
}
