namespace Resilience.Http;

/// <summary>How a drain changes an entry that it holds.</summary>
internal static class HeldRows
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="client">Whose entry it is.</param>
    extension(OutboxClient client)
    {
        /// <summary>
        /// Puts a changed entry in the place of one that is held. A store that fails is tried again as long as the lease lasts: what is not noted is sent once more, or told once more. One that hangs
        /// does in the end what was asked of it, or never.
        /// </summary>
        /// <param name="changed">The entry as it is to be.</param>
        /// <param name="held">The entry as it is held.</param>
        /// <param name="abort">Cancelled when the process cannot wait any longer.</param>
        /// <returns>Whether it was replaced; false if the lease was lost.</returns>
        /// <exception cref="OutboxUnavailableException">It could not be noted.</exception>
        public async Task<bool> TryReplaceHeldAsync(OutboxRow changed, OutboxRow held, CancellationToken abort)
        {
            while (true)
            {
                try
                {
                    return await client.WithinMarginAsync(client.Store.TryReplaceAsync(changed, held.Fence, CancellationToken.None)).ConfigureAwait(false);
                }
                catch (OutboxUnavailableException e) when (e.InnerException is not TimeoutException && !abort.IsCancellationRequested && client.Store.Now + Pause < held.DueAt)
                {
                    await Task.Delay(Pause, client.Time, abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }
}
