using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>
/// Asks a store within a time and with a circuit around it. Never throws: nothing that happens to the store reaches a request. A call that is given up
/// counts as carried out; it is cancelled, and its late answer is dropped. As long as it goes on all the same, nothing more is asked for its bucket: one that hangs, as a row that
/// somebody has locked, must not take the connections of all. Safe for concurrent use.
/// </summary>
internal sealed class QuotaStoreGuard(IQuotaStore store, ClientQuotas quotas, QuotaTelemetry telemetry)
{
    // Beyond so many at once it is the store that is at fault.
    private const int MaxFailing = 1000;

    // One that is in use is asked about once a second, and fails again or not.
    private static readonly TimeSpan InUse = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, int> _late = new(StringComparer.Ordinal);

    // What is wrong with one bucket is not wrong with the store: a value that cannot be read, a row that is locked, one node of many. Each that fails is asked about once a second, whatever becomes of others.
    private readonly ConcurrentDictionary<string, StoreCircuit> _failing = new(StringComparer.Ordinal);

    private long _lookedAt = long.MinValue;

    public StoreCircuit Circuit { get; } = new(quotas.Time);

    /// <returns>What was granted; null if the store does not answer.</returns>
    public async ValueTask<QuotaGrant?> LeaseAsync(QuotaRequest request)
    {
        if (!MayAsk(request.Key))
            return null;

        var grant = await TryAsync(request.Key, token => store.LeaseAsync(request, token).AsTask()).ConfigureAwait(false);
        telemetry.Asked(grant is null ? "failed" : grant.Granted >= request.Wanted ? "granted" : "partial");
        return grant;
    }

    /// <returns>Whether the store has been told.</returns>
    public async ValueTask<bool> PauseAsync(string key, string authority, TimeSpan pause)
        => MayAsk(key) && await TryAsync(key, async token =>
        {
            await store.PauseAsync(key, authority, pause, token).ConfigureAwait(false);
            return this;
        }).ConfigureAwait(false) is not null;

    public async Task GiveAsync(string key, IReadOnlyList<QuotaLimit> limits, long permits)
    {
        if (permits != 0 && limits.Count > 0 && MayAsk(key))
        {
            await TryAsync(key, async token =>
            {
                await store.GiveAsync(limits, permits, token).ConfigureAwait(false);
                return this;
            }).ConfigureAwait(false);
        }
    }

    private bool MayAsk(string key)
        => !_late.ContainsKey(key) && (!_failing.TryGetValue(key, out var own) || own.TryEnter(quotas.Chance(0, 1))) && Circuit.TryEnter(quotas.Chance(0, 1));

    private async ValueTask<T?> TryAsync<T>(string key, Func<CancellationToken, Task<T>> call)
        where T : class
    {
        var begun = quotas.Time.GetTimestamp();
        try
        {
            var called = CallAsync(call);
            if (!called.IsCompletedSuccessfully)
                await WaitAsync(key, called).ConfigureAwait(false);
            var result = await called.ConfigureAwait(false);
            if (!_failing.IsEmpty)
                _failing.TryRemove(key, out _);
            if (Circuit.Succeeded() is { } lost)
                telemetry.Back(lost);
            return result;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (IsOfStore(key, begun) && Circuit.Failed(begun, quotas.Chance(0, 1)))
                telemetry.Lost(e is TimeoutException or OperationCanceledException ? "too late" : e.GetType().Name, quotas.Options.Fallback);
            return null;
        }
    }

    // That a bucket which has failed goes on failing says nothing new of the store.
    private bool IsOfStore(string key, long begun)
    {
        if (_failing.TryGetValue(key, out var own))
        {
            own.Failed(begun, quotas.Chance(0, 1));
            return false;
        }

        ForgetUnused();
        if (_failing.Count < MaxFailing)
            _failing.GetOrAdd(key, _ => new(quotas.Time)).Failed(begun, quotas.Chance(0, 1));
        return true;
    }

    // Or else a store that was gone once would leave no room for what fails later.
    private void ForgetUnused()
    {
        var (now, before) = (quotas.Time.GetTimestamp(), Volatile.Read(ref _lookedAt));
        if ((before != long.MinValue && quotas.Time.GetElapsedTime(before, now) < BetweenLooks) || Interlocked.CompareExchange(ref _lookedAt, now, before) != before)
            return;

        foreach (var failing in _failing)
        {
            if (failing.Value.LastFailure is { } failed && quotas.Time.GetElapsedTime(failed, now) > InUse)
                _failing.TryRemove(failing);
        }
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using var bound = new CancellationTokenSource(quotas.Options.StoreTimeout, quotas.Time);
        return await call(bound.Token).ConfigureAwait(false);
    }

    private async Task WaitAsync(string key, Task called)
    {
        try
        {
            await called.WaitAsync(quotas.Options.StoreTimeout, quotas.Time).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!called.IsCompleted)
        {
            _late.AddOrUpdate(key, 1, static (_, calls) => calls + 1);
            _ = EndLateAsync(key, called);
            throw;
        }
    }

    // What becomes of it is nobody's concern any more, a failure neither.
    private async Task EndLateAsync(string key, Task called)
    {
        await called.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_late.AddOrUpdate(key, 0, static (_, calls) => calls - 1) == 0)
            _late.TryRemove(KeyValuePair.Create(key, 0));
    }
}
