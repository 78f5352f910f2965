using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class CircuitModelTests
{
    private static Gen<CircuitBreakerOptions> AnyOptions
        => from ratio in Gen.Elements(0.2, 0.5, 1.0)
           from probes in Gen.Choose(1, 4)
           from inARow in Gen.Elements<int?>(null, 3, 6)
           from minimum in Gen.Choose(1, 6)
           select new CircuitBreakerOptions
           {
               FailureRatio = ratio,
               Probes = probes,
               ConsecutiveFailures = inARow,
               MinimumCalls = minimum,
               Window = TimeSpan.FromSeconds(10),
               MaxBreakDuration = TimeSpan.FromSeconds(20),
               MaxAdvisedBreak = TimeSpan.FromSeconds(30),
               ProbeLease = TimeSpan.FromSeconds(8),
           };

    private static Gen<Step> AnyStep
        => from action in Gen.Frequency(
               (6, Gen.Constant(Action.Enter)),
               (4, Gen.Constant(Action.Succeed)),
               (5, Gen.Constant(Action.Fail)),
               (2, Gen.Constant(Action.GiveUp)),
               (4, Gen.Constant(Action.Wait)),
               (1, Gen.Elements(Action.Isolate, Action.Close)))
           from call in Gen.Choose(0, 1000)
           from milliseconds in Gen.OneOf(Gen.Choose(0, 500), Gen.Elements(1000, 5000, 8000, 10_000), Gen.Choose(0, 40_000))
           select new Step(action, call, milliseconds);

    [Fact]
    public void Circuit_behaves_as_the_model_under_any_interleaving()
    {
        var runs = Gen.Zip(AnyOptions, AnyStep.ArrayOf());

        Prop.ForAll(runs.ToArbitrary(), run => Follow(run.Item1, run.Item2)).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(400));
    }

    private static void Follow(CircuitBreakerOptions options, Step[] steps)
    {
        var (bench, model, clock) = (new CircuitBench(options), new CircuitModel(options), 0L);
        var calls = new List<(CircuitLease Real, CircuitModel.Lease Expected)>();
        foreach (var step in steps)
        {
            clock += step.Action is Action.Wait ? step.Milliseconds : 0;
            Take(step, bench, model, calls, clock);
            bench.Circuit.State.Should().Be(model.State);
            bench.RetryAfter?.TotalMilliseconds.Should().Be(model.RetryAfter(clock));
        }
    }

    private static void Take(Step step, CircuitBench bench, CircuitModel model, List<(CircuitLease Real, CircuitModel.Lease Expected)> calls, long clock)
    {
        switch (step.Action)
        {
            case Action.Wait:
                bench.Advance(TimeSpan.FromMilliseconds(step.Milliseconds));
                break;
            case Action.Enter:
                var expected = model.TryEnter(clock);
                bench.Circuit.TryEnter(bench.Now, out var lease).Should().Be(expected is not null);
                if (expected is not null)
                    calls.Add((lease, expected));
                break;
            case Action.Isolate:
                bench.Circuit.Isolate();
                model.Isolate();
                break;
            case Action.Close:
                bench.Circuit.Close();
                model.Close();
                break;
            case var _ when calls.Count > 0:
                End(step, bench, model, calls, clock);
                break;
        }
    }

    private static void End(Step step, CircuitBench bench, CircuitModel model, List<(CircuitLease Real, CircuitModel.Lease Expected)> calls, long clock)
    {
        var (real, expected) = calls[step.Call % calls.Count];
        calls.RemoveAt(step.Call % calls.Count);
        var verdict = step.Action switch
        {
            Action.Succeed => CircuitVerdict.Success,
            Action.Fail => CircuitVerdict.Failure,
            _ => CircuitVerdict.Neutral,
        };
        bench.End(real, verdict, TimeSpan.FromMilliseconds(step.Milliseconds));
        model.Record(expected, verdict, clock, step.Milliseconds);
    }

    private enum Action
    {
        Enter,
        Succeed,
        Fail,
        GiveUp,
        Wait,
        Isolate,
        Close,
    }

    private sealed record Step(Action Action, int Call, int Milliseconds);
}
