using System.Data.Common;

namespace Resilience.Http;

/// <summary>
/// Where kept calls lie. What a method has returned is durable, unless it says otherwise. Safe for concurrent use. Two are shipped: a SQLite file, and PostgreSQL
/// in a package of its own; a store of one's own has to pass the same tests.
/// </summary>
public interface IOutboxStore
{
    /// <summary>The time by the store's clock, which never runs backwards, not even across restarts. Every time in a row is of this clock.</summary>
    DateTimeOffset Now { get; }

    /// <summary>
    /// The time by which what has ended is forgotten, for good: its key would be sent again. A store whose clock may be ahead for a moment, as those of machines are, follows a jump here only when that has stood for an hour:
    /// <see cref="OutboxSettledClock"/>.
    /// </summary>
    DateTimeOffset Settled => Now;

    /// <summary>
    /// Makes the tables if there are none, and looks at their version. Called before a time is taken from <see cref="Now"/>: a store that follows a server's clock looks at that again, unless it has just done so.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it can be used.</returns>
    /// <exception cref="OutboxUnavailableException">It cannot be opened, or a newer version of this library has made it.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The same for somebody who holds a transaction of the store's database. Once it is open, a store should need no connection for this: all that there are may be held by transactions that wait here.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it can be used.</returns>
    /// <exception cref="OutboxUnavailableException">It cannot be opened, or a newer version of this library has made it.</exception>
    Task EnsureOpenAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    /// <summary>Keeps an entry, unless there is one with its client and key.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="transaction">The caller's transaction, on the database that holds the store; null to commit at once.</param>
    /// <param name="cancellationToken">Ends the wait; the entry may be kept all the same.</param>
    /// <returns>
    /// The entry that is there now: this one, or the one that was there before. Where that waits and nobody holds it, or its caller's lease was over at <see cref="OutboxRow.KeptAt"/> of <paramref name="row"/>,
    /// it has got another fence with it: two have its receipt now, and the first cannot take it back. The same entry once more is one and the same. Whether it is the same call is not looked at.
    /// </returns>
    /// <exception cref="OutboxUnavailableException">It could not be kept. The caller's transaction is as it was before, unless it has ended, as with a full disk.</exception>
    Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction? transaction, CancellationToken cancellationToken);

    /// <summary>Looks for an entry.</summary>
    /// <param name="id">The id of its receipt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The entry; null if there is none.</returns>
    Task<OutboxRow?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Looks for an entry that waits.</summary>
    /// <param name="client">The client.</param>
    /// <param name="key">Its key; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The entry; null if there is none.</returns>
    Task<OutboxRow?> FindWaitingAsync(string client, string? key, CancellationToken cancellationToken);

    /// <summary>Lists entries, in the order of their ids.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A page of them.</returns>
    Task<IReadOnlyList<OutboxRow>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a changed entry in the place of the one with this fence. Where both are held by a caller, the later <see cref="OutboxRow.DueAt"/> stays: a lease is renewed under the same fence.
    /// </summary>
    /// <param name="row">The entry, with a new fence.</param>
    /// <param name="fence">The fence of the entry that it was made from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was replaced; false if somebody else has changed or claimed it in between.</returns>
    Task<bool> TryReplaceAsync(OutboxRow row, long fence, CancellationToken cancellationToken);

    /// <summary>Removes an entry that nobody has sent.</summary>
    /// <param name="id">The id.</param>
    /// <param name="fence">The fence that it must have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was removed.</returns>
    Task<bool> TryDeleteAsync(string id, long fence, CancellationToken cancellationToken);

    /// <summary>Whether this process may drain. A store for many workers always says yes; a file belongs to one process at a time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True, once it was true, until the store is disposed, or another process has become the owner all the same.</returns>
    Task<bool> TryOwnAsync(CancellationToken cancellationToken);

    /// <summary>Destinations with entries that are due, apart from those that are paused.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Each once.</returns>
    Task<IReadOnlyList<OutboxDestination>> FindDueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Claims entries that are due, those first that have been due longest. A claimed entry has a new fence, its lease as <see cref="OutboxRow.DueAt"/>, and is being tried since now; what
    /// was being tried before counts as sent. Of entries with one ordering key only the oldest is given.
    /// </summary>
    /// <param name="claim">What is wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The entries; they are this caller's until the lease is over.</returns>
    Task<IReadOnlyList<OutboxRow>> ClaimAsync(OutboxClaim claim, CancellationToken cancellationToken);

    /// <summary>Claims entries that have ended without everybody having been told, once their lease is over.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">For how long they are this caller's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The entries.</returns>
    Task<IReadOnlyList<OutboxRow>> ClaimUntoldAsync(int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives out nothing for a destination for a while; a longer pause stays. Need not be durable at once.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="until">Until when.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is paused.</returns>
    Task PauseAsync(OutboxDestination destination, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Forgets entries that ended long ago; a part of them if they are many.</summary>
    /// <param name="ended">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were forgotten.</returns>
    Task<int> ForgetAsync(OutboxEnded ended, CancellationToken cancellationToken);

    /// <summary>Counts the entries that wait, and the dead letters.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A count for each client and state that has any.</returns>
    Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken);
}
