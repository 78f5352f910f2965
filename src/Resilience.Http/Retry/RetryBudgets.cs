namespace Resilience.Http;

/// <summary>The retry budgets of one client: one per authority, or per partition that a request names.</summary>
internal sealed class RetryBudgets(Live<RetryOptions> options, TimeProvider time)
{
    private const int MaxPartitions = 10_000;

    private static readonly TimeSpan IdleEviction = TimeSpan.FromMinutes(10);

    private readonly Partitions<RetryBudget> _budgets = new(key => new(() => options.Value.Budget, key), time);

    public IReadOnlyCollection<RetryBudgetStatus> All => [.. _budgets.All.Select(budget => new RetryBudgetStatus(budget.Key.ToString(), budget.Level))];

    public RetryBudget Of(Attempt attempt) => _budgets.Get(attempt.Snapshot.PartitionOf(attempt.Request), attempt.Snapshot.Started, MaxPartitions, IdleEviction);

    /// <summary>Deposits for a call that needed no retry. Where none has failed yet, all budgets are full and none exists.</summary>
    public void OnSuccess(Attempt attempt)
    {
        if (_budgets.Count > 0)
            Of(attempt).OnSuccess();
    }
}
