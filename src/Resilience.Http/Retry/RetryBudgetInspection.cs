namespace Resilience.Http;

/// <summary>Shows the retry budgets of a client.</summary>
public static class RetryBudgetInspection
{
    /// <param name="client">A client seen from the inside.</param>
    extension(ResilientClient client)
    {
        /// <summary>
        /// The retry budgets of the client as they are now, one per partition, in no order. Empty if the client has no retries or none of
        /// its attempts has failed yet: all budgets are full then.
        /// </summary>
        public IReadOnlyCollection<RetryBudgetStatus> RetryBudgets => client.FindState<RetryBudgets>()?.All ?? [];
    }
}
