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
            // Nobody sends it under this key.
            if (row.SentKey is not null)
                return new(row, row.DueAt);

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
        /// <param name="sent">How many attempts of the call the server may have acted on.</param>
        /// <param name="verdict">What is known of it.</param>
        /// <param name="tried">What it came to; null if its caller has given up.</param>
        public async Task GiveBackAsync(Task<TakenRow?> taking, int sent, Verdict verdict, TryOutcome? tried)
        {
            if (await taking.ConfigureAwait(false) is not { Row: { SentKey: null } row } taken)
                return;

            try
            {
                var changed = row.Heard(verdict).Tried(tried?.MayHaveBeenProcessed ?? sent > 0) with { DueAt = taken.DueAt };
                if (tried is { Status: { } status } && Verdicts.Of(tried, client, wasTriedBefore: row.FirstSentAt is not null || sent > 1, isDrained: true) is { Kind: VerdictKind.Declined } no)
                    changed = changed.Ends(OutboxState.Declined, $"{no.Reason}, as its caller was told", client.Store.Now, client.Services.HasObservers ? client.Store.Now : null) with { Status = (int)status };
                if (await client.Store.TryReplaceOwnAsync(changed, row.Fence).ConfigureAwait(false) is null)
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
