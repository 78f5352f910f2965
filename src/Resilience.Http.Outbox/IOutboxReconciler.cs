namespace Resilience.Http;

/// <summary>
/// Finds out at the server whether a call was done, where its idempotency key no longer helps: it is too old, or the server replays a stored failure. Registered as a
/// service; for one client as a keyed service with its name. Without one such calls become dead letters.
/// </summary>
public interface IOutboxReconciler
{
    /// <summary>Asks the server, by a reference in the request for example. Wrong answers lose or double a call.</summary>
    /// <param name="kept">The call.</param>
    /// <param name="cancellationToken">Cancelled when the time of the try is over.</param>
    /// <returns>What it found. If it fails, or does not end when the token is cancelled, it is asked again later.</returns>
    Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken);
}
