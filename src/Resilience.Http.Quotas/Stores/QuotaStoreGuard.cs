namespace Resilience.Http;

/// <summary>
/// Asks a store within a time and with a circuit around it. Never throws: nothing that happens to the store reaches a request. A call that is given up
/// counts as carried out, and its late answer is dropped. Safe for concurrent use.
/// </summary>
internal sealed class QuotaStoreGuard(IQuotaStore store, ClientQuotas quotas, QuotaTelemetry telemetry)
{
    public StoreCircuit Circuit { get; } = new(quotas.Time);

    /// <returns>What was granted; null if the store does not answer.</returns>
    public async ValueTask<QuotaGrant?> LeaseAsync(QuotaRequest request)
    {
        if (!Circuit.TryEnter(quotas.Chance(0, 1)))
            return null;

        var grant = await TryAsync(() => store.LeaseAsync(request, CancellationToken.None).AsTask()).ConfigureAwait(false);
        telemetry.Asked(grant is null ? "failed" : grant.Granted >= request.Wanted ? "granted" : "partial");
        return grant;
    }

    /// <returns>Whether the store has been told.</returns>
    public async ValueTask<bool> PauseAsync(string key, string authority, TimeSpan pause)
        => Circuit.TryEnter(quotas.Chance(0, 1)) && await TryAsync(async () =>
        {
            await store.PauseAsync(key, authority, pause, CancellationToken.None).ConfigureAwait(false);
            return this;
        }).ConfigureAwait(false) is not null;

    public async Task GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits)
    {
        if (permits != 0 && limits.Count > 0 && Circuit.TryEnter(quotas.Chance(0, 1)))
        {
            await TryAsync(async () =>
            {
                await store.GiveAsync(limits, permits, CancellationToken.None).ConfigureAwait(false);
                return this;
            }).ConfigureAwait(false);
        }
    }

    private async ValueTask<T?> TryAsync<T>(Func<Task<T>> call)
        where T : class
    {
        var begun = quotas.Time.GetTimestamp();
        try
        {
            var called = call();
            if (!called.IsCompletedSuccessfully)
                await WaitAsync(called).ConfigureAwait(false);
            var result = await called.ConfigureAwait(false);
            if (Circuit.Succeeded() is { } lost)
                telemetry.Back(lost);
            return result;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (Circuit.Failed(begun, quotas.Chance(0, 1)))
                telemetry.Lost(e is TimeoutException ? "too late" : e.GetType().Name, quotas.Options.Fallback);
            return null;
        }
    }

    private async Task WaitAsync(Task called)
    {
        try
        {
            await called.WaitAsync(quotas.Options.StoreTimeout, quotas.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What becomes of it is nobody's concern any more, a failure neither.
            _ = called.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
