using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class LimitsPropertyTests
{
    private static readonly Gen<int[]> AnyCost = Gen.Frequency((8, Gen.Choose(0, 3)), (1, Gen.Choose(4, 30))).ArrayOf(3);

    private static readonly Gen<LimitsStep> AnyStep = Gen.Frequency(
        (5, AnyCost.Select(permits => (LimitsStep)new LimitsStep.Take(permits))),
        (4, AnyCost.Select(permits => (LimitsStep)new LimitsStep.Wait(permits))),
        (1, AnyCost.Select(permits => (LimitsStep)new LimitsStep.Charge(permits))),
        (4, Gen.Choose(0, 40_000_000).Select(ticks => (LimitsStep)new LimitsStep.Pass(ticks))),
        (3, Gen.Constant((LimitsStep)new LimitsStep.Fire())),
        (1, Gen.Choose(0, 50).Select(index => (LimitsStep)new LimitsStep.Cancel(index))));

    private static readonly Gen<(double Rate, int Burst)> AnyLimit
        = Gen.Elements(0.7, 1.0, 3.0, 10.0, 1000.0).SelectMany(rate => Gen.Choose(1, 12).Select(burst => (rate, burst)));

    /// <summary>In no window more than burst and rate allow, of all limits or of none, in the order of arrival, and nobody waits for ever.</summary>
    [Fact]
    public void Grants_what_a_model_of_the_limits_allows()
        => Prop.ForAll(Runs(), run => (new LimitsRun(run.Limits).Play(run.Steps).Difference ?? string.Empty).Should().BeEmpty())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Arbitrary<((double, int)[] Limits, LimitsStep[] Steps)> Runs()
        => (from limits in AnyLimit.ArrayOf(3)
            from steps in AnyStep.ArrayOf(60)
            select (limits, steps)).ToArbitrary();
}
