namespace Resilience.Http.Tests;

public sealed class GcraTests
{
    private static readonly Pace Slow = PaceOf(10, 10);
    private static readonly Pace Fast = PaceOf(10_000, 1000);

    /// <summary>Threads change the pace to and fro while others take: no permit comes from a change.</summary>
    [Fact]
    public async Task Is_never_refilled_by_changes_of_pace()
    {
        var bucket = new Shared();
        while (bucket.Gcra.TryTake(0, 1))
            continue;

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => bucket.Work(worker))));

        taken.Sum().Should().Be(0);
    }

    [Fact]
    public async Task Loses_no_pause_to_those_who_take_meanwhile()
    {
        var (bucket, lost, isOver) = (new Shared(), 0, false);
        var taking = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref isOver))
                    bucket.Gcra.Charge(0, 1);
            },
            TestContext.Current.CancellationToken);

        for (var until = 1; until < 300_000; until++)
        {
            bucket.Gcra.Pause(until * TimeSpan.TicksPerHour);
            lost += bucket.Gcra.Slot(0, 1) < until * TimeSpan.TicksPerHour ? 1 : 0;
        }

        Volatile.Write(ref isOver, true);
        await taking;
        lost.Should().Be(0);
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(100, 10)]
    public void Keeps_permits_and_debt_in_proportion(int before, int after)
    {
        var (from, to) = (PaceOf(1, before), PaceOf(3, after));
        var (half, indebted) = (new Gcra(from, 0), new Gcra(from, 0));
        half.Charge(0, before / 2);
        indebted.Charge(0, before * 3);

        half.ChangePace(to, 0);
        indebted.ChangePace(to, 0);

        half.Level(0).Should().Be(after / 2);
        indebted.Full.Should().Be(to.Tolerance * 3);
    }

    [Fact]
    public void Gives_back_no_more_than_a_full_bucket()
    {
        var bucket = new Gcra(Slow, -Pace.Longest);
        bucket.Charge(0, 4);

        bucket.Charge(0, -7);
        bucket.Charge(0, -7);

        (bucket.Level(0), bucket.Full).Should().Be((10, 0));
    }

    [Fact]
    public void Bounds_a_debt()
    {
        var bucket = new Gcra(Slow, 0);

        for (var i = 0; i < 100; i++)
            bucket.Charge(0, long.MaxValue);

        bucket.Has(0, 1).Should().BeFalse();
        bucket.Full.Should().BePositive();
    }

    [Fact]
    public void Is_left_as_it_is_by_a_charge_of_nothing()
    {
        var bucket = new Gcra(Slow, 0);

        bucket.Charge(now: 100, permits: 0);

        bucket.Full.Should().Be(0);
    }

    [Fact]
    public void Keeps_what_was_charged_during_a_pause_in_permits()
    {
        var (bucket, to) = (new Gcra(Slow, 0), PaceOf(1, 5));
        bucket.Pause(until: TimeSpan.TicksPerMinute);
        bucket.Charge(0, 7);

        bucket.ChangePace(to, 0);

        bucket.Slot(0, 1).Should().Be(TimeSpan.TicksPerMinute + (7 * to.Interval));
    }

    private static Pace PaceOf(double rate, int burst) => new(new() { PermitsPerSecond = rate, Burst = burst }, TimeSpan.TicksPerSecond);

    private sealed class Shared
    {
        public Gcra Gcra = new(Fast, -Pace.Longest);
        private readonly Lock _changes = new();

        public int Work(int worker)
        {
            var taken = 0;
            for (var i = 0; i < 1_000_000; i++)
            {
                if (worker % 2 == 1)
                    taken += Gcra.TryTake(0, 1) ? 1 : 0;
                else
                    Change(i % 2 == 0 ? Slow : Fast);
            }

            return taken;
        }

        private void Change(Pace to)
        {
            lock (_changes)
                Gcra.ChangePace(to, 0);
        }
    }
}
