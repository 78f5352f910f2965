namespace Resilience.Http;

/// <summary>How callers hold what waits, while they send the same call themselves.</summary>
internal static class TakenRows
{
    /// <param name="client">Whose entries they are.</param>
    extension(OutboxClient client)
    {
        /// <returns>Null if somebody else holds it.</returns>
        public async Task<TakenRow?> TryTakeAsync(KeyedCall call, OutboxRow row)
        {
            var now = client.Store.Now;
            if (row.Holder is not OutboxHolder.Nobody && row.DueAt > now)
                return null;

            var until = now + call.Left(client);
            var taken = row with
            {
                Holder = OutboxHolder.Caller,
                Epoch = 0,
                Fence = OutboxClient.NewFence(),
                DueAt = until > row.DueAt ? until : row.DueAt,
                FirstSentAt = row.FirstSentAt ?? row.TryingSince,
                TryingSince = now,
            };
            return await client.Store.TryReplaceAsync(taken, row.Fence, CancellationToken.None).ConfigureAwait(false) ? new(taken, row.DueAt) : null;
        }

        /// <summary>Notes what a caller has heard who has sent the same key.</summary>
        /// <returns>Whether that is done; false if a drain has it, whose try has its time to end.</returns>
        public async Task<bool> TryAgeAsync(OutboxRow? row, Moment sent, Verdict verdict)
        {
            while (row is { State: OutboxState.Waiting })
            {
                var (now, sentAt) = (client.Store.Now, client.Store.Now - client.PassedSince(sent));
                var older = row.Heard(verdict) with { FirstSentAt = row.FirstSentAt <= sentAt ? row.FirstSentAt : sentAt, Fence = OutboxClient.NewFence() };
                if (older.FirstSentAt == row.FirstSentAt && older.Doubt == row.Doubt)
                    return true;
                if (row.Holder is OutboxHolder.Drain && row.DueAt > now)
                    return false;
                if (await client.Store.TryReplaceAsync(older, row.Fence, CancellationToken.None).ConfigureAwait(false))
                    return true;
                row = await client.Store.FindAsync(row.Id, CancellationToken.None).ConfigureAwait(false);
            }

            return true;
        }

        /// <param name="taking">What was to be taken: a store may have answered late.</param>
        /// <param name="wasSent">Whether the server may have acted on the call.</param>
        /// <param name="verdict">What is known of it.</param>
        public async Task GiveBackAsync(Task<TakenRow?> taking, bool wasSent, Verdict verdict)
        {
            if (await taking.ConfigureAwait(false) is not { Row: var row } taken)
                return;

            try
            {
                if (await client.Store.TryReplaceOwnAsync(row.Heard(verdict).Tried(wasSent) with { DueAt = taken.DueAt }, row.Fence).ConfigureAwait(false) is null)
                    client.Telemetry.Overtaken(row);
            }
            // When its lease is over it counts as sent.
            catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
            {
                client.Telemetry.NotNoted(row, e);
            }
        }
    }
}
