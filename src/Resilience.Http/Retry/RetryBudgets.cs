namespace Resilience.Http;

/// <summary>The retry budgets of one client: one per authority, or per partition that the options or a request name.</summary>
internal sealed class RetryBudgets(Live<RetryOptions> options, TimeProvider time)
{
    private static readonly RetryBudgetOptions Defaults = new();

    private readonly Partitions<RetryBudget> _budgets = new(key => new(() => options.Value.Budget, key), time);

    // Of what a redirect has led to and nobody has called: whoever redirects names as many as he likes, which take no place of those that were called.
    private readonly Partitions<RetryBudget> _targets = new(key => new(() => options.Value.Budget, key), time);

    // A server that redirects chooses the names of its targets, and could find a full budget with each: so they have one together, besides.
    private readonly Partitions<RetryBudget> _redirects = new(key => new(() => options.Value.Budget, key), time);

    public IReadOnlyCollection<RetryBudgetStatus> All => [.. _budgets.All.Concat(_targets.All).Select(budget => new RetryBudgetStatus(budget.Key.ToString(), budget.Level))];

    public RetryBudget Of(Attempt attempt) => Of(KeyOf(attempt), attempt, _budgets);

    /// <summary>What a retry of the attempt is paid from. A name that the options or the request chose is no server's choice.</summary>
    public RetryPurse PurseOf(Attempt attempt)
    {
        var key = KeyOf(attempt);
        return key.IsAuthority && attempt.RedirectedBy is { } redirector
            ? new(OfTarget(key, attempt), Of(PartitionKey.OfAuthority(redirector), attempt, _redirects))
            : new(Of(key, attempt, _budgets), null);
    }

    // The authority that the attempt has ended at: what a redirect's target does is not the redirector's doing.
    private static PartitionKey KeyOf(Attempt attempt)
        => attempt.Settings?.Partition is null && attempt.Snapshot.BudgetPartition is { } name ? PartitionKey.Named(name) : PartitionKey.Of(attempt, partitionBy: null);

    /// <summary>Deposits for a call that needed no retry. Where none has failed yet, all budgets are full and none exists.</summary>
    public void OnSuccess(Attempt attempt)
    {
        if (_budgets.Count > 0 || _targets.Count > 0)
            PurseOf(attempt).OnSuccess();
    }

    private static PartitionKey InPlace(in PartitionKey key, Attempt attempt) => attempt.Settings is { IsBackground: true } ? key.InBackground : key;

    private RetryBudget OfTarget(in PartitionKey key, Attempt attempt) => _budgets.Find(InPlace(key, attempt)) ?? Of(key, attempt, _targets);

    private RetryBudget Of(in PartitionKey key, Attempt attempt, Partitions<RetryBudget> budgets)
    {
        var current = options.Value.Budget ?? Defaults;
        return budgets.Get(InPlace(key, attempt), attempt.Snapshot.Started, current.MaxPartitions, current.IdleEviction);
    }
}
