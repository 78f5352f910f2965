namespace Resilience.Http.Tests;

public sealed class RetryBudgetRaceTests
{
    private readonly RetryBudgetOptions _options = new();
    private readonly RetryBudget _budget;

    public RetryBudgetRaceTests() => _budget = new RetryBudget(() => _options);

    [Fact]
    public void Grants_no_token_to_two_threads()
    {
        _options.Capacity = 400_000;
        var granted = 0;

        OnFourThreads(() => Interlocked.Add(ref granted, Take(OutcomeKind.Unavailable, times: 400_000)));

        granted.Should().Be(400_000);
    }

    [Fact]
    public void Loses_no_token_between_threads()
    {
        _options.Capacity = 1_000_000;
        Take(OutcomeKind.Unavailable, times: 500_000);

        OnFourThreads(() =>
        {
            for (var i = 0; i < 100_000 && _budget.TryTake(OutcomeKind.Unavailable); i++)
                _budget.OnSuccess(refund: 1);
        });

        _budget.Level.Should().Be(500_000);
    }

    [Fact]
    public void Stays_within_its_bounds_under_threads()
    {
        var (granted, outOfBounds) = (0, 0);

        OnFourThreads(() =>
        {
            for (var i = 0; i < 25_000; i++)
            {
                _budget.OnSuccess();
                Interlocked.Add(ref granted, Take(OutcomeKind.Unavailable, times: 2));
                Interlocked.Add(ref outOfBounds, _budget.Level is < 0 or > 50 ? 1 : 0);
            }
        });

        outOfBounds.Should().Be(0);
        granted.Should().BeInRange(50, 50 + 20_000);
    }

    private static void OnFourThreads(Action act)
    {
        using var start = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            act();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private int Take(OutcomeKind failure, int times) => Enumerable.Range(0, times).Count(_ => _budget.TryTake(failure));
}
