namespace Resilience.Http;

/// <summary>How the reconciler of a client is asked.</summary>
internal static class Reconciliation
{
    /// <param name="client">Whose call it is.</param>
    extension(OutboxClient client)
    {
        /// <summary>What the reconciler has found. It is not known if it fails, or takes longer than a call.</summary>
        /// <param name="call">The call.</param>
        /// <param name="abort">Cancelled when the process cannot wait any longer.</param>
        public async Task<OutboxFinding> FindAtServerAsync(OutboxCall call, CancellationToken abort)
        {
            using var timeout = new CancellationTokenSource(client.Options.CallTimeout, client.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
            try
            {
                // Nobody else's turn depends on whether it heeds the token.
                return await client.Services.Reconciler!.FindAsync(call, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                client.Telemetry.ReconcilerFailed(call.Entry.Row, e);
                return OutboxFinding.Unknown;
            }
        }
    }
}
