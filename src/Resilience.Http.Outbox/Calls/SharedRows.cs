using System.Data.Common;
using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>One entry for all who hand in the same call.</summary>
internal static class SharedRows
{
    /// <param name="client">Whose call it is.</param>
    extension(OutboxClient client)
    {
        /// <summary>Keeps an entry; the same key with the same request is the entry that was there before.</summary>
        /// <param name="row">The entry.</param>
        /// <param name="content">What is stored in it.</param>
        /// <param name="transaction">The caller's transaction; null to commit at once.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <param name="givenUp">Cancelled when nobody wants the receipt any more.</param>
        /// <exception cref="OutboxKeyReusedException">The key was handed in before with another request.</exception>
        /// <exception cref="OutboxUnavailableException">It could not be kept, or what was handed in before cannot be read.</exception>
        public async Task<KeptRow> AddAsync(OutboxRow row, EntryContent content, DbTransaction? transaction, CancellationToken cancellationToken, CancellationToken givenUp = default)
        {
            // Goes round only after others have got on: they have changed what was found, or taken it back.
            while (true)
            {
                var kept = await client.Store.AddAsync(row, transaction, cancellationToken).ConfigureAwait(false);
                client.SentKeys.HasKept(isCommitted: transaction is null);
                // Added once more, as its answer was lost, it may have been promised meanwhile, which leaves it this caller's, under the fence that it knows; or a drain has it.
                if (kept.Id == row.Id)
                    return kept is { State: OutboxState.Waiting } && kept.Holder == row.Holder ? new(row, IsNew: true) : new(kept, IsNew: false);
                if (!CryptographicOperations.FixedTimeEquals(client.FingerprintOf(kept).Span, content.Fingerprint()))
                    throw new OutboxKeyReusedException(client.Name);
                if (kept is not { State: OutboxState.Waiting, Holder: OutboxHolder.Caller })
                    return new(kept, IsNew: false);

                // Before its commit nobody knows whether the receipt is wanted, and until then the caller whose call it is would have to wait.
                // A caller that was killed, or stopped, holds it until its lease is over; the store has taken its fence from it then.
                if (transaction is not null && kept.DueAt <= row.KeptAt)
                    return new(kept, IsNew: false);
                if (transaction is not null)
                    throw new OutboxUnavailableException($"Client '{client.Name}': the call was not kept, because a call with its key is under way. Keep it again when that has ended.");

                // With another fence its caller cannot take it back.
                givenUp.ThrowIfCancellationRequested();
                var promised = kept with { Fence = OutboxClient.NewFence() };
                if (await client.Store.TryReplaceAsync(promised, kept.Fence, cancellationToken).ConfigureAwait(false))
                    return new(promised, IsNew: false, kept.Fence);
            }
        }

        /// <summary>
        /// Nobody has the receipt in the end: what was kept of this call is removed, and what was promised is its caller's own again, who would else give up in vain. What others have taken over since
        /// stays as it is.
        /// </summary>
        /// <param name="adding">What was asked of the store, and comes to nobody.</param>
        /// <param name="remove">Removes a new entry.</param>
        public async Task TakeBackAsync(Task<KeptRow> adding, Func<OutboxRow, Task> remove)
        {
            KeptRow kept = default;
            try
            {
                kept = await adding.ConfigureAwait(false);
                if (kept.IsNew)
                    await remove(kept.Row).ConfigureAwait(false);
                else if (kept.FenceBefore is { } fence)
                    await client.Store.TryReplaceAsync(kept.Row with { Fence = fence }, kept.Row.Fence, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
            {
                if (kept is { Row: { } row })
                    client.Telemetry.NotNoted(row, e);
                else
                    client.Telemetry.NotKept(e);
            }
        }

        private ReadOnlyMemory<byte> FingerprintOf(OutboxRow row)
        {
            try
            {
                return client.Options.Open(row, "fingerprint", row.Fingerprint);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new OutboxUnavailableException($"Client '{client.Name}': the call was not kept, because its key was handed in before, and that entry cannot be read: {e.Message}", e);
            }
        }
    }
}
