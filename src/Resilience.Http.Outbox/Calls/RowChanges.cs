namespace Resilience.Http;

/// <summary>How an entry changes. Each change has a new fence, and frees the entry.</summary>
internal static class RowChanges
{
    extension(OutboxRow row)
    {
        /// <summary>Whether a try may have reached the server, one that has not ended included.</summary>
        public bool MayHaveBeenSent => row.FirstSentAt is not null || row.TryingSince is not null;

        /// <summary>After a try: what was being tried counts as sent, if the server may have acted on it.</summary>
        public OutboxRow Tried(bool mayHaveBeenProcessed) => row with
        {
            Fence = OutboxClient.NewFence(),
            Holder = OutboxHolder.Nobody,
            Epoch = 0,
            FirstSentAt = row.FirstSentAt ?? (mayHaveBeenProcessed ? row.TryingSince : null),
            TryingSince = null,
        };

        /// <summary>Waits for its next try.</summary>
        public OutboxRow Waits(DateTimeOffset until, string reason, OutboxDoubt doubt = OutboxDoubt.None)
            => row with { State = OutboxState.Waiting, DueAt = until, Reason = reason, Doubt = doubt };

        /// <summary>What a caller has heard who has sent the same key: a doubt of its stays until somebody has been asked.</summary>
        public OutboxRow Heard(Verdict verdict) => verdict.Doubt > row.Doubt ? row with { Doubt = verdict.Doubt, Reason = verdict.Reason } : row;

        /// <summary>Has come to its end. Who has to be told is told under a lease; without anybody, nothing of the request is needed any more.</summary>
        public OutboxRow Ends(OutboxState state, string reason, DateTimeOffset now, DateTimeOffset? tellUntil) => row with
        {
            State = state,
            Reason = reason,
            EndedAt = now,
            DueAt = tellUntil ?? now,
            Holder = tellUntil is null ? OutboxHolder.Nobody : OutboxHolder.Drain,
            IsTold = tellUntil is null,
            // A dead letter may be revived.
            Payload = tellUntil is null && state is not OutboxState.Dead ? default : row.Payload,
        };

        /// <summary>Everybody has been told.</summary>
        public OutboxRow Told() => row with
        {
            IsTold = true,
            Holder = OutboxHolder.Nobody,
            Fence = OutboxClient.NewFence(),
            Payload = row.State is OutboxState.Dead ? row.Payload : default,
        };
    }
}
