using System.Data;
using System.Data.Common;

namespace Resilience.Http;

/// <summary>
/// Keeps entries within the transactions of callers, for stores in a database. Only what <see cref="DbTransaction"/> offers is used: a profiler may have wrapped it.
/// </summary>
public static class OutboxTransactions
{
    private const string Savepoint = "resilience_outbox";

    /// <param name="transaction">The caller's transaction.</param>
    extension(DbTransaction transaction)
    {
        /// <summary>Keeps an entry behind a savepoint: a statement that fails ends neither the transaction nor what was done in it.</summary>
        /// <param name="storeId">Tells the store from others.</param>
        /// <param name="readId">Reads the id of the store through this connection; null if the database has none.</param>
        /// <param name="add">Inserts the entry through this connection.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>What was inserted, or was there before.</returns>
        /// <exception cref="OutboxUnavailableException">The transaction is on another database than the store, or a statement failed; it is as it was before.</exception>
        /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
        public async Task<OutboxRow> AddEntryAsync(string storeId, Func<DbConnection, Task<string?>> readId, Func<DbConnection, Task<OutboxRow>> add, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(readId);
            ArgumentNullException.ThrowIfNull(add);
            var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");
            try
            {
                await transaction.SaveAsync(Savepoint, cancellationToken).ConfigureAwait(false);
                if (await readId(connection).ConfigureAwait(false) != storeId)
                    throw new OutboxUnavailableException("The call was not kept: the transaction is on another database than the outbox.");

                var kept = await add(connection).ConfigureAwait(false);
                await transaction.ReleaseAsync(Savepoint, cancellationToken).ConfigureAwait(false);
                return kept;
            }
            catch (Exception e)
            {
                await transaction.RollBackAsync(connection).ConfigureAwait(false);
                if (e is not DbException)
                    throw;
                throw new OutboxUnavailableException($"The call was not kept: {e.Message}", e);
            }
        }

        // With its connection the whole transaction is gone, as its commit will say. What is said here is why.
        private async Task RollBackAsync(DbConnection connection)
        {
            try
            {
                await transaction.RollbackAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException && connection.State is not ConnectionState.Open)
            {
            }
        }
    }
}
