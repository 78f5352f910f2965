namespace Resilience.Http;

/// <summary>How the caller whose call is under way changes its entry.</summary>
internal static class CallersRows
{
    /// <param name="store">The store.</param>
    extension(IOutboxStore store)
    {
        /// <summary>Puts a changed entry in the place of the caller's own. A fence that changed because somebody else was given the receipt leaves it the caller's.</summary>
        /// <param name="changed">The entry as it is to be. With the same fence it stays the caller's own.</param>
        /// <param name="fence">The fence that the caller knows.</param>
        /// <returns>The entry as it is now; null if it is the caller's no more.</returns>
        public async Task<OutboxRow?> TryReplaceOwnAsync(OutboxRow changed, long fence)
        {
            var (stays, isSame) = (changed.Fence == fence, false);
            while (!await store.TryReplaceAsync(changed, fence, CancellationToken.None).ConfigureAwait(false))
            {
                // The same fence once more is that of a promise that was taken back in between.
                if (await store.FindAsync(changed.Id, CancellationToken.None).ConfigureAwait(false) is not { State: OutboxState.Waiting, Holder: OutboxHolder.Caller } now || (now.Fence == fence && isSame))
                    return null;

                (isSame, fence) = (now.Fence == fence, now.Fence);
                changed = changed with { Fence = stays ? fence : changed.Fence, FirstSentAt = changed.FirstSentAt ?? now.FirstSentAt };
            }

            return changed;
        }
    }
}
