using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class TokenBucketPropertyTests
{
    private static readonly Gen<BucketStep> AnyStep = Gen.Frequency(
        (4, Gen.Choose(0, 3).Select(permits => (BucketStep)new BucketStep.Take(permits))),
        (4, Gen.Choose(0, 3).Select(permits => (BucketStep)new BucketStep.Wait(permits))),
        (3, Gen.Choose(0, 40_000_000).Select(ticks => (BucketStep)new BucketStep.Pass(ticks))),
        (3, Gen.Constant((BucketStep)new BucketStep.Fire())),
        (2, Gen.Choose(0, 50).Select(index => (BucketStep)new BucketStep.Cancel(index))),
        (1, Gen.Choose(-10_000_000, 30_000_000).Select(ticks => (BucketStep)new BucketStep.Pause(ticks))));

    [Fact]
    public void Grants_in_no_window_more_than_the_burst_and_what_the_rate_yields()
        => Prop.ForAll(Runs(), run => run.Play().FindExcess() is null).QuickCheckThrowOnFailure();

    [Fact]
    public void Leaves_nobody_waiting_when_time_passes()
        => Prop.ForAll(Runs(), run => run.Play().IsIdle).QuickCheckThrowOnFailure();

    [Fact]
    public void Grants_in_the_order_of_arrival()
        => Prop.ForAll(Runs(), run => run.Play().WaitsAreInOrder).QuickCheckThrowOnFailure();

    private static Arbitrary<BucketRun> Runs()
        => (from rate in Gen.Elements(0.7, 1.0, 3.0, 10.0, 1000.0)
            from burst in Gen.Choose(3, 12)
            from steps in AnyStep.ListOf(60)
            select new BucketRun(rate, burst, [.. steps])).ToArbitrary();
}
