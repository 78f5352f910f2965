namespace Resilience.Http.Quotas.Tests;

/// <summary>A store of which is noted when it was given something back.</summary>
internal sealed class NotedStore(IQuotaStore inner, Journal journal) : IQuotaStore
{
    public ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        if (request.Returned > 0)
            journal.Note(Member.Return, Journal.Now, request.Returned);
        return inner.LeaseAsync(request, cancellationToken);
    }

    public ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken)
    {
        journal.Note(Member.Return, Journal.Now, permits);
        return inner.GiveAsync(limits, permits, cancellationToken);
    }

    public ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken) => inner.PauseAsync(key, authority, pause, cancellationToken);
}
