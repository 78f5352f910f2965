namespace Resilience.Http;

/// <summary>The retry budgets of one client: one per authority, or per partition that the options or a request name.</summary>
internal sealed class RetryBudgets(Live<RetryOptions> options, TimeProvider time)
{
    private static readonly RetryBudgetOptions Defaults = new();

    private readonly Partitions<RetryBudget> _budgets = new(key => new(() => options.Value.Budget, key), time);

    public IReadOnlyCollection<RetryBudgetStatus> All => [.. _budgets.All.Select(budget => new RetryBudgetStatus(budget.Key.ToString(), budget.Level))];

    public RetryBudget Of(Attempt attempt)
    {
        var current = options.Value.Budget ?? Defaults;
        var key = attempt.Settings is { IsBackground: true } ? KeyOf(attempt).InBackground : KeyOf(attempt);
        return _budgets.Get(key, attempt.Snapshot.Started, current.MaxPartitions, current.IdleEviction);
    }

    // The authority that the attempt has ended at: what a redirect's target does is not the redirector's doing.
    private static PartitionKey KeyOf(Attempt attempt)
        => attempt.Settings?.Partition is null && attempt.Snapshot.BudgetPartition is { } name ? PartitionKey.Named(name) : PartitionKey.Of(attempt, partitionBy: null);

    /// <summary>Deposits for a call that needed no retry. Where none has failed yet, all budgets are full and none exists.</summary>
    public void OnSuccess(Attempt attempt)
    {
        if (_budgets.Count > 0)
            Of(attempt).OnSuccess();
    }
}
