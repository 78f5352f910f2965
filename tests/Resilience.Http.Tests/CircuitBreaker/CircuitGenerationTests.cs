namespace Resilience.Http.Tests;

public sealed class CircuitGenerationTests
{
    private readonly CircuitBench _bench = new(new() { ConsecutiveFailures = 1, Probes = 1 });

    [Fact]
    public void Success_of_a_call_from_before_the_break_does_not_close()
    {
        var late = _bench.Enter();
        _bench.Fail();
        _bench.Advance(5);
        _bench.Enter();

        _bench.End(late, CircuitVerdict.Success);

        _bench.Circuit.State.Should().Be(CircuitState.HalfOpen);
    }

    [Fact]
    public void Failure_of_a_call_from_before_the_break_does_not_lengthen_it()
    {
        var late = _bench.Enter();
        _bench.Fail();

        _bench.End(late, CircuitVerdict.Failure, TimeSpan.FromSeconds(90));

        _bench.RetryAfter.Should().Be(TimeSpan.FromSeconds(5));
        _bench.Transitions.Should().ContainSingle();
    }

    [Fact]
    public void Failure_of_a_call_from_before_the_break_does_not_count_once_it_has_closed_again()
    {
        var late = _bench.Enter();
        _bench.Fail();
        _bench.Advance(5);
        _bench.Succeed();

        _bench.End(late, CircuitVerdict.Failure);

        _bench.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void Probe_of_an_earlier_half_open_phase_does_not_count_in_the_next()
    {
        var bench = new CircuitBench(new() { ConsecutiveFailures = 1, Probes = 2, FailureRatio = 0.5 });
        bench.Fail();
        bench.Advance(5);
        var late = bench.Enter();
        bench.Fail();
        bench.Advance(10);
        bench.Enter();

        bench.End(late, CircuitVerdict.Failure);

        bench.Circuit.State.Should().Be(CircuitState.HalfOpen);
    }

    [Fact]
    public void Lease_that_was_never_given_is_ignored()
    {
        _bench.End(default, CircuitVerdict.Failure);

        _bench.Circuit.State.Should().Be(CircuitState.Closed);
    }
}
