namespace Resilience.Http;

/// <summary>How what a client's calls came to is forgotten.</summary>
internal static class Forgetting
{
    private const int Parts = 50;

    private static readonly OutboxState[] Ends = [OutboxState.Done, OutboxState.Declined, OutboxState.Cancelled, OutboxState.Dead];

    /// <param name="client">Whose calls they were.</param>
    extension(OutboxClient client)
    {
        /// <summary>Forgets what ended long ago.</summary>
        public async Task ForgetAsync(CancellationToken stopping)
        {
            var (options, now) = (client.Options, client.Store.Settled);
            var lifetime = options.EndedLifetime ?? client.KeyLife.Memory;
            foreach (var state in Ends)
            {
                // A part each time, so that nobody waits for long; but as many as can have ended since.
                var ended = new OutboxEnded(client.Name, state, now - (state is OutboxState.Dead ? options.DeadLetterLifetime : lifetime));
                for (var part = 0; part < Parts && await client.Store.LookAsync((store, token) => store.ForgetAsync(ended, token), client.Time, stopping).ConfigureAwait(false) > 0; part++)
                    stopping.ThrowIfCancellationRequested();
            }
        }
    }
}
