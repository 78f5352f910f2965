
namespace Resilience.Http.Tests;

public sealed class CircuitControlTests
{
    private readonly CircuitBench _bench = new(new() { ConsecutiveFailures = 1, Probes = 1 });

    [Fact]
    public void Isolation_lasts_until_it_is_lifted()
    {
        _bench.Circuit.Isolate();
        _bench.Advance(1_000_000);
        _bench.IsLetIn().Should().BeFalse();
        _bench.RetryAfter.Should().BeNull();

        _bench.Circuit.Close();

        _bench.IsLetIn().Should().BeTrue();
    }

    [Fact]
    public void Isolation_is_not_ended_by_a_probe_under_way()
    {
        _bench.Fail();
        _bench.Advance(5);
        var probe = _bench.Enter();
        _bench.Circuit.Isolate();

        _bench.End(probe, CircuitVerdict.Success);

        _bench.Circuit.State.Should().Be(CircuitState.Isolated);
    }

    [Fact]
    public void Closing_by_hand_ends_a_break_and_forgets_how_often_it_opened()
    {
        _bench.Fail();
        _bench.Advance(5);
        _bench.Fail();

        _bench.Circuit.Close();
        _bench.Fail();

        _bench.RetryAfter.Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_already_is_does_not_become_so_again()
    {
        _bench.Circuit.Close();
        _bench.Circuit.Isolate();
        _bench.Circuit.Isolate();

        _bench.Transitions.Select(transition => transition.To).Should().Equal(CircuitState.Isolated);
    }

    [Fact]
    public void History_says_what_happened_when_and_why()
    {
        _bench.Fail();
        _bench.Advance(5);
        _bench.Succeed();

        _bench.Circuit.History.Select(change => (change.From, change.To, change.Reason, change.At, change.BreakDuration)).Should().Equal(
            (CircuitState.Closed, CircuitState.Open, CircuitTransitionReason.ConsecutiveFailures, At(0), TimeSpan.FromSeconds(5)),
            (CircuitState.Open, CircuitState.HalfOpen, CircuitTransitionReason.BreakElapsed, At(5), null),
            (CircuitState.HalfOpen, CircuitState.Closed, CircuitTransitionReason.ProbesSucceeded, At(5), null));
        _bench.Circuit.History.Should().OnlyContain(change => change.Circuit == _bench.Circuit && change.Partition == "upstream");
        _bench.Transitions.Should().Equal(_bench.Circuit.History);
    }

    [Fact]
    public void History_keeps_the_last_ten_transitions()
    {
        for (var round = 0; round < 8; round++)
        {
            _bench.Circuit.Isolate();
            _bench.Circuit.Close();
        }

        _bench.Circuit.History.Should().Equal(_bench.Transitions.TakeLast(10));
    }

    [Fact]
    public void Observer_may_act_on_the_circuit_it_is_told_about()
    {
        CircuitBench? bench = null;
        bench = new(new() { ConsecutiveFailures = 1 }, onTransition: change => IsolateWhenOpen(change, bench!.Circuit));

        bench.Fail();

        bench.Circuit.State.Should().Be(CircuitState.Isolated);

        static void IsolateWhenOpen(CircuitTransition change, Circuit circuit)
        {
            if (change.To is CircuitState.Open)
                circuit.Isolate();
        }
    }

    [Fact]
    public void Observer_may_take_back_what_was_done_by_hand()
    {
        CircuitBench? bench = null;
        bench = new(onTransition: change => CloseWhenIsolated(change, bench!.Circuit));

        bench.Circuit.Isolate();

        bench.Transitions.Select(change => change.To).Should().Equal(CircuitState.Isolated, CircuitState.Closed);

        static void CloseWhenIsolated(CircuitTransition change, Circuit circuit)
        {
            if (change.To is CircuitState.Isolated)
                circuit.Close();
        }
    }

    /// <summary>The clock is read between the look at the state and its change.</summary>
    [Fact]
    public void Isolation_is_not_lost_to_a_failure_at_the_same_time()
    {
        var clock = new InterruptingClock();
        var circuit = new Circuit(PartitionKey.WholeClient, new(new() { ConsecutiveFailures = 1 }), new() { Time = clock }, new CircuitOwner(_ => { }));
        circuit.TryEnter(0, out var lease);
        clock.Meanwhile = () => circuit.Record(lease, CircuitVerdict.Failure, now: 0);

        circuit.Isolate();

        circuit.History.Select(change => change.To).Should().Equal(CircuitState.Open, CircuitState.Isolated);
    }

    private static DateTimeOffset At(int second) => TestHost.Start.AddSeconds(second);

    private sealed class InterruptingClock : TimeProvider
    {
        public Action? Meanwhile { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var meanwhile = Meanwhile;
            Meanwhile = null;
            meanwhile?.Invoke();
            return TestHost.Start;
        }
    }
}
