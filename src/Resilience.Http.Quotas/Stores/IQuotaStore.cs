namespace Resilience.Http;

/// <summary>
/// Keeps the buckets that instances share. Only the store's clock counts. A bucket that nobody has used is full, and one that is full again is forgotten.
/// Whoever calls bounds the time of a call itself and takes an abandoned one as carried out. Safe for concurrent use.
/// </summary>
public interface IQuotaStore
{
    /// <summary>
    /// Takes as many of the wanted permits as all limits allow, from all of them alike. First what is returned is put back: a bucket never holds more than its
    /// burst, and a debt may leave it with less than nothing.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>What was granted.</returns>
    ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken);

    /// <summary>Puts permits back, or takes them even if there are none.</summary>
    /// <param name="limits">The limits that the permits were taken from.</param>
    /// <param name="permits">How many; less than zero for a debt.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>A task.</returns>
    ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken);

    /// <summary>Notes that a server has asked for a pause. A longer pause that is under way stays; a pause of zero ends it.</summary>
    /// <param name="key">The key of the requests.</param>
    /// <param name="authority">Whose server it is.</param>
    /// <param name="pause">How long, from now.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>A task.</returns>
    ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken);
}
