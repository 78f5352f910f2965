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
