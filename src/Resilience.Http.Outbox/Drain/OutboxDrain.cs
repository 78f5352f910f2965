using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http;

/// <summary>Makes kept calls, as a hosted service. Of several processes with one file only one drains.</summary>
internal sealed class OutboxDrain(IOutboxStore store, OutboxClients clients, TimeProvider? time = null) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UpkeepEvery = TimeSpan.FromSeconds(5);
    private const int UntoldAtOnce = 64;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<OutboxDestination, Lane> _lanes = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _abort = new();
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
        using var giveUp = cancellationToken.UnsafeRegister(static abort => ((CancellationTokenSource)abort!).Cancel(), _abort);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
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
            await TryRunAsync(stoppingToken).ConfigureAwait(false);
            await ((Task)_wake.WaitAsync(Poll, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_lanes.Values.Select(lane => lane.EndAsync())).ConfigureAwait(false);
    }

    /// <summary>One look at what is due.</summary>
    /// <returns>How many calls it has begun.</returns>
    internal async Task<int> RunAsync(CancellationToken stopping)
    {
        if (!await store.TryOwnAsync(stopping).ConfigureAwait(false))
            return 0;

        var due = await store.FindDueAsync(stopping).ConfigureAwait(false);
        var begun = await Task.WhenAll(due.Select(LaneOf).OfType<Lane>().Select(lane => lane.FillAsync(stopping))).ConfigureAwait(false);
        if (_lastUpkeep == 0 || _time.GetElapsedTime(_lastUpkeep) >= UpkeepEvery)
        {
            _lastUpkeep = _time.GetTimestamp();
            await UpkeepAsync(stopping).ConfigureAwait(false);
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
            await Task.WhenAll(_lanes.Values.Select(lane => lane.EndAsync())).ConfigureAwait(false);
        }
        while (begun > 0);
    }

    private async Task TryRunAsync(CancellationToken stopping)
    {
        try
        {
            await RunAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!stopping.IsCancellationRequested)
                clients.All.FirstOrDefault()?.Telemetry.DrainFailed(e);
        }
    }

    private Lane? LaneOf(OutboxDestination destination)
        => clients.Find(destination.Client) is { } client ? _lanes.GetOrAdd(destination, name => new(client, name, Wake, _abort.Token)) : null;

    private async Task UpkeepAsync(CancellationToken stopping)
    {
        foreach (var row in await store.ClaimUntoldAsync(UntoldAtOnce, clients.All.Max(client => client.Options.CallTimeout), stopping).ConfigureAwait(false))
        {
            if (clients.Find(row.Client) is { } client)
                await new Teller(client).TellAsync(row).ConfigureAwait(false);
        }

        foreach (var client in clients.All)
            await ForgetAsync(client, stopping).ConfigureAwait(false);
        var counts = await store.CountAsync(stopping).ConfigureAwait(false);
        foreach (var client in clients.All)
            client.Telemetry.Counted(counts, store.Now);
        foreach (var idle in _lanes.Where(lane => lane.Value.IsIdle && !lane.Value.IsHeld))
            _lanes.TryRemove(idle);
    }

    private async Task ForgetAsync(OutboxClient client, CancellationToken stopping)
    {
        var (options, now) = (client.Options, store.Now);
        var lifetime = options.EndedLifetime ?? client.KeyLife.Memory;
        foreach (var state in new[] { OutboxState.Done, OutboxState.Declined, OutboxState.Cancelled, OutboxState.Dead })
            await store.ForgetAsync(new(client.Name, state, now - (state is OutboxState.Dead ? options.DeadLetterLifetime : lifetime)), stopping).ConfigureAwait(false);
    }
}
