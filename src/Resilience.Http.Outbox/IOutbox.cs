using System.Data.Common;

namespace Resilience.Http;

/// <summary>The kept calls of all clients. A singleton service; safe for concurrent use.</summary>
public interface IOutbox
{
    /// <summary>
    /// Keeps a call without making it first. With a transaction it is kept together with the caller's own rows, or not at all: the store's tables must lie in the database of the
    /// transaction. Call <see cref="Wake"/> after the commit, or it is made within a second.
    /// </summary>
    /// <param name="client">The name of a client with <c>AddOutbox</c>.</param>
    /// <param name="request">The request; relative addresses are those of the client. It gets a random key if it has none, and keeps that: the same message, handed in again, is the same call.</param>
    /// <param name="transaction">The caller's transaction; null to commit at once, within a <c>TransactionScope</c> too.</param>
    /// <param name="cancellationToken">Ends the wait; without a transaction the call may be kept all the same.</param>
    /// <returns>The receipt. The same key with the same request gives the same receipt.</returns>
    /// <exception cref="OutboxUnavailableException">It could not be kept, within a transaction also because a call with its key is under way; the transaction is as it was before, unless it has ended, as with a full disk.</exception>
    /// <exception cref="OutboxKeyReusedException">The key was handed in before with another request.</exception>
    Task<OutboxReceipt> EnqueueAsync(string client, HttpRequestMessage request, DbTransaction? transaction = null, CancellationToken cancellationToken = default);

    /// <summary>Looks for a call.</summary>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is known of it; null if nothing, because it was never committed, or ended long ago.</returns>
    Task<OutboxEntry?> FindAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default);

    /// <summary>Waits until a call has ended.</summary>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="KeyNotFoundException">There is no such call.</exception>
    Task<OutboxEntry> WaitAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default);

    /// <summary>The server's final answer to a call.</summary>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer; null if there is none.</returns>
    Task<OutboxAnswer?> GetAnswerAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default);

    /// <summary>Lists calls, without anything that is secret.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A page of them.</returns>
    Task<IReadOnlyList<OutboxEntry>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Cancels a call that nobody is making at the moment, or a dead letter: those behind it with the same ordering key are made.</summary>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was cancelled; false if it is being made, or has ended. Tries before may have reached the server, as <see cref="OutboxEntry.FirstSentAt"/> says.</returns>
    Task<bool> TryCancelAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a dead letter again, on a person's word: with the same key whatever its age, or with a new one. If the server has done the call and does not know the key, it is done twice.
    /// </summary>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="newKey">Whether to send a new key. The default is false.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was a dead letter, and waits now.</returns>
    /// <exception cref="InvalidOperationException">The key is in the body, where <see cref="OutboxOptions.OnRestore"/> must write the new one, and is not set.</exception>
    Task<bool> TryReviveAsync(OutboxReceipt receipt, bool newKey = false, CancellationToken cancellationToken = default);

    /// <summary>Looks for calls that are due now, rather than within a second.</summary>
    void Wake();
}
