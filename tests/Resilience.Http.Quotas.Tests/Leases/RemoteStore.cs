namespace Resilience.Http.Quotas.Tests;

/// <summary>A store at the other end of a wire, which can be cut, and whose use is counted.</summary>
internal sealed class RemoteStore(InMemoryQuotaStore inner, TimeProvider time, TimeSpan roundTrip = default) : IQuotaStore
{
    private int _roundTrips;

    public InMemoryQuotaStore Inner => inner;

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>What becomes of a call; null for nothing special.</summary>
    public Func<Task>? Fault { get; set; }

    public List<QuotaRequest> Requests { get; } = [];

    /// <summary>Of the last lease.</summary>
    public CancellationToken LastToken { get; private set; }

    public async ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        lock (Requests)
            Requests.Add(request);
        LastToken = cancellationToken;
        await TravelAsync().ConfigureAwait(false);
        return await Inner.LeaseAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken)
    {
        await TravelAsync().ConfigureAwait(false);
        await Inner.GiveAsync(limits, permits, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken)
    {
        await TravelAsync().ConfigureAwait(false);
        await Inner.PauseAsync(key, authority, pause, cancellationToken).ConfigureAwait(false);
    }

    private async Task TravelAsync()
    {
        Interlocked.Increment(ref _roundTrips);
        if (Fault is { } fault)
            await fault().ConfigureAwait(false);
        if (roundTrip > TimeSpan.Zero)
            await Task.Delay(roundTrip, time).ConfigureAwait(false);
    }
}
