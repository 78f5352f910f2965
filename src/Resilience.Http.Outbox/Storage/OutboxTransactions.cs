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
        /// <exception cref="OutboxUnavailableException">The transaction is on another database than the store, or a statement failed; it is as it was before, unless it has ended with that, and then its commit fails.</exception>
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
                var goesOn = await transaction.TryRollBackAsync(connection).ConfigureAwait(false);
                if (e is not DbException)
                    throw;
                throw new OutboxUnavailableException($"The call was not kept{(goesOn ? string.Empty : ", and the transaction has ended")}: {e.Message}", e);
            }
        }

        // The whole transaction may be gone: with its connection, or because the database has rolled it back itself, as SQLite does when the disk is full. Its commit says so as well. What is said here is why.
        private async Task<bool> TryRollBackAsync(DbConnection connection)
        {
            try
            {
                await transaction.RollbackAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
                return true;
            }
            catch (Exception e) when (e is InvalidOperationException || (e is DbException && connection.State is not ConnectionState.Open))
            {
                return false;
            }
        }
    }
}
