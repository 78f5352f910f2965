using System.Collections.Concurrent;

namespace Resilience.Http.Tests;

public sealed class CircuitConcurrencyTests
{
    private const long LongAfter = TimeSpan.TicksPerHour;
    private readonly ClientContext _client = new() { Time = new VirtualClock(), Random = new FixedRandom(0) };
    private readonly ConcurrentBag<CircuitTransition> _transitions = [];

    [Fact]
    public void Opens_once_for_failures_that_come_together()
    {
        var circuits = Many(new() { MinimumCalls = Race.Threads });

        Race.Run(_ => circuits.ForEach(circuit => Call(circuit, CircuitVerdict.Failure, at: 0)));

        circuits.Should().OnlyContain(circuit => circuit.State == CircuitState.Open);
        _transitions.Should().HaveCount(circuits.Count);
    }

    [Fact]
    public void Half_opens_once_for_calls_that_come_together_and_lets_exactly_the_probes_in()
    {
        var letIn = 0;
        var circuits = Many(new() { ConsecutiveFailures = 1, Probes = 3 });
        circuits.ForEach(circuit => Call(circuit, CircuitVerdict.Failure, at: 0));

        Race.Run(_ => Interlocked.Add(ref letIn, circuits.Count(circuit => circuit.TryEnter(LongAfter, out var _))));

        letIn.Should().Be(3 * circuits.Count);
        _transitions.Should().HaveCount(2 * circuits.Count);
    }

    [Fact]
    public void Counts_every_probe_of_those_that_end_together()
    {
        var circuits = Many(new() { ConsecutiveFailures = 1, Probes = Race.Threads, FailureRatio = 0.25 });
        circuits.ForEach(circuit => Call(circuit, CircuitVerdict.Failure, at: 0));
        var probes = Enumerable.Range(0, Race.Threads).Select(_ => circuits.ConvertAll(circuit => circuit.TryEnter(LongAfter, out var lease) ? lease : default)).ToList();

        Race.Run(thread =>
        {
            for (var i = 0; i < circuits.Count; i++)
                circuits[i].Record(probes[thread][i], CircuitVerdict.Success, LongAfter);
        });

        circuits.Should().OnlyContain(circuit => circuit.State == CircuitState.Closed);
        _transitions.Should().HaveCount(3 * circuits.Count);
    }

    [Fact]
    public void Transitions_form_one_unbroken_chain()
    {
        var circuit = New(new() { ConsecutiveFailures = 1, Probes = 1, BreakDuration = TimeSpan.FromMilliseconds(10), MaxBreakDuration = TimeSpan.FromMilliseconds(10) });

        Race.Run(thread => Exercise(circuit, new Random(thread)));

        circuit.History.Zip(circuit.History.Skip(1)).Should().HaveCount(9).And.OnlyContain(pair => pair.First.To == pair.Second.From);
        foreach (var state in Enum.GetValues<CircuitState>())
        {
            var (entered, left) = (_transitions.Count(it => it.To == state), _transitions.Count(it => it.From == state));
            (entered - left).Should().Be((circuit.State == state ? 1 : 0) - (state is CircuitState.Closed ? 1 : 0));
        }
    }

    private static void Exercise(Circuit circuit, Random random)
    {
        for (var round = 1; round <= 10_000; round++)
        {
            if (random.Next(100) == 0)
                circuit.Isolate();

            if (random.Next(20) == 0)
                circuit.Close();

            Call(circuit, (CircuitVerdict)random.Next(3), round * TimeSpan.TicksPerSecond);
        }
    }

    private static void Call(Circuit circuit, CircuitVerdict verdict, long at)
    {
        if (circuit.TryEnter(at, out var lease))
            circuit.Record(lease, verdict, at);
    }

    private List<Circuit> Many(CircuitBreakerOptions options) => [.. Enumerable.Range(0, 10_000).Select(_ => New(options))];

    private Circuit New(CircuitBreakerOptions options) => new(PartitionKey.WholeClient, new(options), _client, new CircuitOwner(_transitions.Add));
}
