namespace Resilience.Http;

/// <summary>For how long callers and drains wait for a store.</summary>
internal static class StoreWaits
{
    /// <param name="client">Whose entries they are.</param>
    extension(OutboxClient client)
    {
        /// <summary>Waits for the lease margin at most: a store that hangs holds nobody for longer. What was asked of it goes on.</summary>
        /// <exception cref="OutboxUnavailableException">It has not answered, or has failed; in the first case with a <see cref="TimeoutException"/> inside.</exception>
        public async Task<T> WithinMarginAsync<T>(Task<T> asked)
        {
            try
            {
                return await asked.WaitAsync(client.Options.LeaseMargin, client.Time).ConfigureAwait(false);
            }
            catch (TimeoutException e)
            {
                if (asked.IsCompletedSuccessfully)
                    return await asked.ConfigureAwait(false);
                throw new OutboxUnavailableException($"The outbox's store has not answered within {client.Options.LeaseMargin:c}.", e);
            }
        }

        /// <summary>The same for what gives nothing back.</summary>
        public Task WithinMarginAsync(Task asked) => client.WithinMarginAsync(DoneAsync(asked));
    }

    private static async Task<bool> DoneAsync(Task asked)
    {
        await asked.ConfigureAwait(false);
        return true;
    }
}
