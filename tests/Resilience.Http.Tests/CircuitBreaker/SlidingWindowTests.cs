using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class SlidingWindowTests
{
    private readonly SlidingWindow _window = new(TimeSpan.FromSeconds(1), start: 500, lengthInUnits: 1000);

    [Fact]
    public void Holds_what_a_list_of_all_calls_holds()
    {
        var calls = Gen.Zip(Gen.Frequency((5, Gen.Choose(0, 40)), (1, Gen.Choose(0, 3000))), Gen.Elements(true, false)).ListOf();

        Prop.ForAll(calls.ToArbitrary(), steps =>
        {
            var window = new SlidingWindow(TimeSpan.FromSeconds(1), start: 500, lengthInUnits: 1000);
            var (now, seen) = (500L, new List<(long Slot, bool Failed)>());
            foreach (var (pause, failed) in steps)
            {
                now += pause;
                seen.Add(((now - 500) / 100, failed));
                var inWindow = seen.Where(call => call.Slot > seen[^1].Slot - 10).ToList();
                Record(window, failed, now).Should().Be((inWindow.Count(call => call.Failed), inWindow.Count));
                (window.MayHaveFailures(now) || !inWindow.Exists(call => call.Failed)).Should().BeTrue();
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Loses_no_call_of_many_threads()
    {
        Race.Run(RecordMany);

        Record(_window, failed: true, now: 1499).Should().Be((100_001, 400_001));

        void RecordMany(int thread)
        {
            for (var call = 0; call < 100_000; call++)
                _window.Count(failed: thread == 0, now: 500 + (call / 100));
        }
    }

    [Fact]
    public void Keeps_newer_calls_when_a_thread_looked_at_the_clock_long_ago()
    {
        _window.Count(failed: true, now: 2500);

        Record(_window, failed: true, now: 500).Should().Be((2, 2));
    }

    [Fact]
    public void Counts_a_call_from_just_before_it_began()
    {
        _window.Count(failed: true, now: 250);

        Record(_window, failed: true, now: 500).Should().Be((2, 2));
    }

    [Fact]
    public void Has_no_failures_before_the_first_and_after_the_last()
    {
        _window.Count(failed: false, now: 500);
        _window.MayHaveFailures(now: 500).Should().BeFalse();

        _window.Count(failed: true, now: 600);
        _window.Count(failed: true, now: 550);

        _window.MayHaveFailures(now: 1600).Should().BeTrue();
        _window.MayHaveFailures(now: 1601).Should().BeFalse();
    }

    [Fact]
    public void Keeps_the_ratio_when_a_slot_is_full()
    {
        for (var call = 0; call < 200_000; call++)
            _window.Count(failed: call % 4 == 0, now: 500);

        var (failures, total) = _window.Sum(now: 500);

        total.Should().BeInRange(32_768, 65_535);
        ((double)failures / total).Should().BeApproximately(0.25, 0.001);
    }

    [Fact]
    public void Halves_a_slot_that_is_full()
    {
        for (var call = 0; call < 65_536; call++)
            _window.Count(failed: call % 2 == 0, now: 500);

        _window.Sum(now: 500).Should().Be((16_384, 32_768));
    }

    [Fact]
    public void Forgets_a_slot_though_nothing_takes_its_place()
    {
        _window.Count(failed: true, now: 500);

        _window.Sum(now: 1499).Should().Be((1, 1));
        _window.Sum(now: 1500).Should().Be((0, 0));
    }

    private static (int Failures, int Total) Record(SlidingWindow window, bool failed, long now)
    {
        window.Count(failed, now);
        return window.Sum(now);
    }
}
