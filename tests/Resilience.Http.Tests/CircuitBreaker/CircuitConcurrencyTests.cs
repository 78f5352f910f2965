using System.Collections.Concurrent;
using Resilience.Http.Tests.Time;

namespace Resilience.Http.Tests;

public sealed class CircuitConcurrencyTests
{
    private readonly ConcurrentBag<CircuitTransition> _transitions = [];
    private Circuit _circuit = null!;

    [Fact]
    public void Opens_once_for_failures_that_come_together()
    {
        Race.Run(
            rounds: 500,
            prepare: () => Begin(new() { MinimumCalls = 4 }),
            run: (_, _) => Call(CircuitVerdict.Failure, at: 0),
            judge: () => _transitions.Should().ContainSingle());
    }

    [Fact]
    public void Half_opens_once_for_calls_that_come_together_and_lets_exactly_the_probes_in()
    {
        var letIn = 0;
        Race.Run(
            rounds: 500,
            prepare: () =>
            {
                letIn = 0;
                Begin(new() { ConsecutiveFailures = 1, Probes = 2 });
                Call(CircuitVerdict.Failure, at: 0);
            },
            run: (_, _) => Interlocked.Add(ref letIn, _circuit.TryEnter(TimeSpan.TicksPerHour, out var _) ? 1 : 0),
            judge: () => (letIn, _transitions.Count).Should().Be((2, 2)));
    }

    [Fact]
    public void Decides_once_on_probes_that_end_together()
    {
        var probes = new ConcurrentBag<CircuitLease>();
        Race.Run(
            rounds: 500,
            prepare: () =>
            {
                probes.Clear();
                Begin(new() { ConsecutiveFailures = 1, Probes = 4 });
                Call(CircuitVerdict.Failure, at: 0);
                for (var probe = 0; probe < 4 && _circuit.TryEnter(TimeSpan.TicksPerHour, out var lease); probe++)
                    probes.Add(lease);
            },
            run: (thread, _) =>
            {
                probes.TryTake(out var lease).Should().BeTrue();
                _circuit.Record(lease, thread < 2 ? CircuitVerdict.Failure : CircuitVerdict.Success, TimeSpan.TicksPerHour);
            },
            judge: () => (_circuit.State, _transitions.Count).Should().Be((CircuitState.Open, 3)));
    }

    [Fact]
    public void Transitions_form_one_unbroken_chain()
    {
        var randoms = Enumerable.Range(0, 4).Select(seed => new Random(seed)).ToArray();
        Begin(new() { ConsecutiveFailures = 2, Probes = 2 });

        Race.Run(rounds: 500, prepare: () => { }, run: (thread, round) => Exercise(randoms[thread], at: round * TimeSpan.TicksPerSecond), judge: () => { });

        _circuit.History.Should().HaveCount(10);
        _circuit.History.Zip(_circuit.History.Skip(1)).Should().OnlyContain(pair => pair.First.To == pair.Second.From);
        foreach (var state in Enum.GetValues<CircuitState>())
        {
            var (entered, left) = (_transitions.Count(it => it.To == state), _transitions.Count(it => it.From == state));
            (entered - left).Should().Be((_circuit.State == state ? 1 : 0) - (state is CircuitState.Closed ? 1 : 0));
        }
    }

    private void Exercise(Random random, long at)
    {
        if (random.Next(100) == 0)
            _circuit.Isolate();

        if (random.Next(50) == 0)
            _circuit.Close();

        Call((CircuitVerdict)random.Next(3), at);
    }

    private void Begin(CircuitBreakerOptions options)
    {
        _transitions.Clear();
        _circuit = new(PartitionKey.WholeClient, new(options), new ControlledClock(), () => 0, _transitions.Add);
    }

    private void Call(CircuitVerdict verdict, long at)
    {
        if (_circuit.TryEnter(at, out var lease))
            _circuit.Record(lease, verdict, at);
    }
}
