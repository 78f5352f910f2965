namespace Resilience.Http;

/// <summary>For how long callers and drains wait for a store.</summary>
internal static class StoreWaits
{
    // What takes longer has hung: the lease of a claim would be over.
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    /// <param name="store">The store.</param>
    extension(IOutboxStore store)
    {
        /// <summary>A look at the store by somebody who comes again: whoever waits for ever for one answer never asks again, and says nothing.</summary>
        /// <exception cref="OutboxUnavailableException">It has not answered, or has failed.</exception>
        public async Task<T> LookAsync<T>(Func<IOutboxStore, CancellationToken, Task<T>> look, TimeProvider time, CancellationToken cancellationToken)
        {
            using var longest = new CancellationTokenSource(LongestLook, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(longest.Token, cancellationToken);
            try
            {
                return await look(store, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (longest.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new OutboxUnavailableException($"The outbox's store has not answered within {LongestLook:c}.", e);
            }
        }
    }

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
