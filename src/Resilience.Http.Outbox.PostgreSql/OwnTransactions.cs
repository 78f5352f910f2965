using System.Transactions;

namespace Resilience.Http;

/// <summary>Keeps the outbox's own statements out of the <see cref="TransactionScope"/> of whoever calls: what it has said is kept must not be rolled back with others' work.</summary>
internal static class OwnTransactions
{
    /// <returns>To be disposed after the statement; null if there is no scope around.</returns>
    public static TransactionScope? Begin() => Transaction.Current is null ? null : new(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
}
