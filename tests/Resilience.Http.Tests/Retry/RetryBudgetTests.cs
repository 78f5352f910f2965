namespace Resilience.Http.Tests;

public sealed class RetryBudgetTests
{
    private readonly RetryBudgetOptions _options = new();
    private readonly RetryBudget _budget;

    public RetryBudgetTests() => _budget = new RetryBudget(() => _options);

    [Fact]
    public void Starts_full_and_grants_as_many_retries_as_it_holds()
    {
        _budget.Level.Should().Be(50);

        Take(OutcomeKind.Unavailable, times: 100).Should().Be(50);

        _budget.Level.Should().Be(0);
    }

    [Fact]
    public void Takes_double_after_a_timeout()
    {
        Take(OutcomeKind.Timeout, times: 100).Should().Be(25);
    }

    [Fact]
    public void Takes_nothing_for_what_it_refuses()
    {
        Take(OutcomeKind.ConnectionFailed, times: 49);

        _budget.TryTake(OutcomeKind.Timeout).Should().BeFalse();
        _budget.TryTake(OutcomeKind.ConnectionFailed).Should().BeTrue();
    }

    [Fact]
    public void Earns_a_retry_by_five_successes()
    {
        Take(OutcomeKind.Unavailable, times: 50);

        for (var success = 0; success < 4; success++)
            _budget.OnSuccess();
        _budget.TryTake(OutcomeKind.Unavailable).Should().BeFalse();

        _budget.OnSuccess();
        _budget.TryTake(OutcomeKind.Unavailable).Should().BeTrue();
    }

    [Theory]
    [InlineData(OutcomeKind.Unavailable)]
    [InlineData(OutcomeKind.Timeout)]
    public void Gets_back_what_a_successful_retry_took(OutcomeKind failure)
    {
        Take(OutcomeKind.Unavailable, times: 10);
        _budget.TryTake(failure);

        _budget.OnSuccess(RetryBudget.CostAfter(failure));

        _budget.Level.Should().Be(40);
    }

    [Fact]
    public void Never_holds_more_than_its_capacity()
    {
        _budget.TryTake(OutcomeKind.Unavailable);

        for (var success = 0; success < 100; success++)
            _budget.OnSuccess();

        _budget.Level.Should().Be(50);
        Take(OutcomeKind.Unavailable, times: 100).Should().Be(50);
    }

    [Fact]
    public void Gains_nothing_while_it_is_full()
    {
        _budget.TryTake(OutcomeKind.Unavailable);
        _budget.OnSuccess(refund: 1);
        _budget.OnSuccess();

        _options.Capacity = 100;

        _budget.Level.Should().Be(50);
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(50, 30)]
    [InlineData(20, 20)]
    public void Keeps_its_level_when_the_capacity_changes(int capacity, double level)
    {
        Take(OutcomeKind.Unavailable, times: 20);

        _options.Capacity = capacity;

        _budget.Level.Should().Be(level);
    }

    [Fact]
    public void Grants_everything_without_options()
    {
        var budget = new RetryBudget(() => null);

        budget.OnSuccess();

        budget.Level.Should().BeNull();
        Enumerable.Range(0, 1_000).Should().OnlyContain(_ => budget.TryTake(OutcomeKind.Timeout));
    }

    [Fact]
    public void Costs_a_success_nothing_on_the_heap()
    {
        _budget.TryTake(OutcomeKind.Unavailable);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var success = 0; success < 100; success++)
            _budget.OnSuccess();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private int Take(OutcomeKind failure, int times) => Enumerable.Range(0, times).Count(_ => _budget.TryTake(failure));
}
