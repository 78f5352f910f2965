namespace Resilience.Http.Tests;

public sealed class CircuitClosedTests
{
    [Fact]
    public void Opens_when_the_failure_ratio_is_reached()
    {
        var bench = new CircuitBench(new() { FailureRatio = 0.5, MinimumCalls = 10 });
        bench.Succeed(5);
        bench.Fail(4);
        bench.Circuit.State.Should().Be(CircuitState.Closed);

        bench.Fail();

        bench.Circuit.State.Should().Be(CircuitState.Open);
        bench.Transitions.Single().Reason.Should().Be(CircuitTransitionReason.FailureRatio);
    }

    [Fact]
    public void Stays_closed_below_the_failure_ratio()
    {
        var bench = new CircuitBench(new() { FailureRatio = 0.5, MinimumCalls = 10 });

        for (var round = 0; round < 100; round++)
        {
            bench.Succeed(2);
            bench.Fail();
        }

        bench.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void Waits_for_the_minimum_of_calls()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 10 });

        bench.Fail(9);

        bench.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void Is_judged_on_successes_too()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 3, FailureRatio = 0.6 });
        bench.Fail(2);

        bench.Succeed();

        bench.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public void Does_not_count_neutral_outcomes()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 10 });
        bench.Fail(9);

        bench.GiveUp(100);

        bench.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void Opens_after_failures_in_a_row_however_few_the_calls()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 100, ConsecutiveFailures = 3 });
        bench.Fail(2);
        bench.Succeed();
        bench.Fail(2);
        bench.Circuit.State.Should().Be(CircuitState.Closed);

        bench.Fail();

        bench.Transitions.Single().Reason.Should().Be(CircuitTransitionReason.ConsecutiveFailures);
    }

    [Fact]
    public void Forgets_failures_that_have_left_the_window()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 10, Window = TimeSpan.FromSeconds(30) });
        bench.Fail(9);

        bench.Advance(30);
        bench.Fail();

        bench.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void Remembers_failures_that_are_still_in_the_window()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 10, Window = TimeSpan.FromSeconds(30) });
        bench.Fail(9);

        bench.Advance(27);
        bench.Fail();

        bench.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public void Obeys_reloaded_options_without_losing_what_it_has_counted()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 100 });
        bench.Fail(9);

        bench.Reload(new() { MinimumCalls = 10 });
        bench.Fail();

        bench.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public void Counts_afresh_when_the_window_is_reloaded()
    {
        var bench = new CircuitBench(new() { MinimumCalls = 10 });
        bench.Fail(9);

        bench.Reload(new() { MinimumCalls = 10, Window = TimeSpan.FromSeconds(60) });
        bench.Fail();

        bench.Circuit.State.Should().Be(CircuitState.Closed);
    }
}
