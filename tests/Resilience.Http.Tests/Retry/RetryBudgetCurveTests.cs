namespace Resilience.Http.Tests;

/// <summary>Calls of at most three attempts, each failing with the same probability, after a healthy time.</summary>
public sealed class RetryBudgetCurveTests
{
    private const int Calls = 60_000;

    [Theory]
    [InlineData(0.05, 1.05, 1.000)]
    [InlineData(0.3, 1.38, 0.976)]
    [InlineData(0.7, 1.09, 0.325)]
    [InlineData(1.0, 1.00, 0.000)]
    public void Helps_in_full_up_to_a_third_of_failures_and_hardly_in_an_outage(double failing, double attemptsPerCall, double succeeding)
    {
        var (attempts, successes) = Simulate(failing, Calls);

        (attempts / (double)Calls).Should().BeApproximately(attemptsPerCall, 0.015);
        (successes / (double)Calls).Should().BeApproximately(succeeding, 0.01);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Spends_its_capacity_and_no_more_in_an_outage(int calls)
    {
        var (attempts, _) = Simulate(failing: 1, calls);

        attempts.Should().Be(calls + 50);
    }

    private static (int Attempts, int Successes) Simulate(double failing, int calls)
    {
        var options = new RetryBudgetOptions();
        var budget = new RetryBudget(() => options);
        var chance = new Chance(1);
        var outcomes = Enumerable.Range(0, calls).Select(_ => Call(budget, () => chance.NextDouble() < failing)).ToList();
        return (outcomes.Sum(outcome => outcome.Attempts), outcomes.Count(outcome => outcome.Succeeded));
    }

    private static (int Attempts, bool Succeeded) Call(RetryBudget budget, Func<bool> fails)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!fails())
            {
                budget.OnSuccess(attempt > 1 ? RetryBudget.CostAfter(OutcomeKind.Unavailable) : 0);
                return (attempt, true);
            }

            if (attempt == 3 || !budget.TryTake(OutcomeKind.Unavailable))
                return (attempt, false);
        }
    }
}
