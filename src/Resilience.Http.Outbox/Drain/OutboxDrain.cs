using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http;

/// <summary>Makes kept calls, as a hosted service. Of several processes with one file only one drains.</summary>
internal sealed class OutboxDrain(IOutboxStore store, OutboxClients clients, TimeProvider? time = null) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UpkeepEvery = TimeSpan.FromSeconds(5);
    private const int UntoldAtOnce = 64;
    private const int MaxUnknown = 100;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<OutboxDestination, Lane> _lanes = new();
    private readonly ConcurrentDictionary<string, bool> _unknown = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _abort = new();
    private Task _telling = Task.CompletedTask;
    private long _lastUpkeep;

    /// <summary>Looks for work at once.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has ended.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        // Not registered with the token: the wait above is told first, and its end would take the registration back.
        if (cancellationToken.IsCancellationRequested)
            await _abort.CancelAsync().ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _abort.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // What reports a failure may fail itself: a disk that is full of logs must not end the host.
            await TryRunAsync(RunAsync, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)_wake.WaitAsync(Poll, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>One look at what is due.</summary>
    /// <returns>How many calls it has begun.</returns>
    internal async Task<int> RunAsync(CancellationToken stopping)
    {
        if (!await LookAsync((store, token) => store.TryOwnAsync(token), stopping).ConfigureAwait(false))
            return 0;

        var due = await LookAsync((store, token) => store.FindDueAsync(token), stopping).ConfigureAwait(false);
        var begun = await Task.WhenAll(due.Select(LaneOf).OfType<Lane>().Select(lane => lane.FillAsync())).ConfigureAwait(false);
        if (_lastUpkeep == 0 || _time.GetElapsedTime(_lastUpkeep) >= UpkeepEvery)
        {
            _lastUpkeep = _time.GetTimestamp();
            await UpkeepAsync(due, stopping).ConfigureAwait(false);
        }

        return begun.Sum();
    }

    /// <summary>Looks until nothing is due and nothing under way.</summary>
    internal async Task RunToEndAsync(CancellationToken stopping)
    {
        int begun;
        do
        {
            begun = await RunAsync(stopping).ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
        }
        while (begun > 0);
    }

    /// <summary>When nothing is under way any more.</summary>
    internal Task EndAsync() => Task.WhenAll([_telling, .. _lanes.Values.Select(lane => lane.EndAsync())]);

    private async Task TryRunAsync(Func<CancellationToken, Task> run, CancellationToken stopping)
    {
        try
        {
            await run(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!stopping.IsCancellationRequested)
                clients.All.FirstOrDefault()?.Telemetry.DrainFailed(e);
        }
    }

    private Lane? LaneOf(OutboxDestination destination)
    {
        if (clients.TryFind(destination.Client) is { } client)
            return _lanes.GetOrAdd(destination, name => new(client, name, Wake, _abort.Token));

        if (!clients.IsRegistered(destination.Client) && _unknown.Count < MaxUnknown && _unknown.TryAdd(destination.Client, true))
            clients.All.FirstOrDefault()?.Telemetry.NotRegistered(destination.Client);
        return null;
    }

    private async Task UpkeepAsync(IReadOnlyList<OutboxDestination> due, CancellationToken stopping)
    {
        // Not awaited: an observer that hangs holds up no calls.
        if (_telling.IsCompleted)
            _telling = TryRunAsync(TellAsync, stopping);
        foreach (var client in clients.All)
            await client.ForgetAsync(stopping).ConfigureAwait(false);
        var counts = await LookAsync((store, token) => store.CountAsync(token), stopping).ConfigureAwait(false);
        foreach (var client in clients.All)
            client.Telemetry.Counted(counts, store.Now);
        foreach (var idle in _lanes.Where(lane => lane.Value.IsIdle && !lane.Value.IsHeld && !due.Contains(lane.Key)))
            _lanes.TryRemove(idle);
    }

    // At once, as their leases began at once.
    private async Task TellAsync(CancellationToken stopping)
    {
        OutboxClient[] all = [.. clients.All];
        if (all.Length == 0)
            return;

        var lease = all.Max(client => client.Lease);
        var rows = await LookAsync((store, token) => store.ClaimUntoldAsync(UntoldAtOnce, lease, token), stopping).ConfigureAwait(false);
        await Task.WhenAll(rows.Select(row => clients.TryFind(row.Client) is { } client ? new Teller(client, _abort.Token).TellAsync(row) : Task.CompletedTask)).ConfigureAwait(false);
    }

    private Task<T> LookAsync<T>(Func<IOutboxStore, CancellationToken, Task<T>> look, CancellationToken stopping) => store.LookAsync(look, _time, stopping);
}
