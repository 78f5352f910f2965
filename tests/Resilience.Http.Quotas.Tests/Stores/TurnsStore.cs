namespace Resilience.Http.Quotas.Tests;

/// <summary>One store, over several connections in turn.</summary>
internal sealed class TurnsStore(IQuotaStore[] stores) : IQuotaStore
{
    private int _next;

    private IQuotaStore Next => stores[(uint)Interlocked.Increment(ref _next) % stores.Length];

    public ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken) => Next.LeaseAsync(request, cancellationToken);

    public ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken) => Next.GiveAsync(limits, permits, cancellationToken);

    public ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken) => Next.PauseAsync(key, authority, pause, cancellationToken);
}
