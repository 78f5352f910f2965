namespace Resilience.Http.Quotas.Tests;

/// <summary>What holds for three processes over one store, however busy the machine is: figures that depend on it belong to the benchmarks.</summary>
public abstract class ProcessesContract
{
    /// <summary>Where the store is. Skips the test if there is none.</summary>
    private protected abstract string Place { get; }

    /// <summary>
    /// A request counts in an interval if it was begun and admitted within it. Then its permit was granted within the interval or at most two lease times before, so that
    /// no more can count than the burst, the rate for that long, and what was given back meanwhile. A store that seems to be gone must not add to it.
    /// </summary>
    [Fact]
    public async Task In_no_interval_is_more_sent_than_the_limit_allows()
    {
        await using var processes = new Processes(Place, QuotaFallback.FailClosed, 1200, 600, 300);

        await processes.UntilAsync(() => processes.Members.Sum(member => member.Admissions.Count) >= 3000);
        await processes.EndAsync();

        foreach (var seconds in new[] { 0.01, 0.05, 0.2, 1, 2 })
            Intervals.Of(processes.Members, seconds).Should().OnlyContain(interval => interval.Admitted <= interval.Most);
    }

    [Fact]
    public async Task No_process_gets_less_than_half_of_its_fair_share()
    {
        await using var processes = new Processes(Place, QuotaFallback.SafeShare, 2400, 1200, 300);
        await processes.UntilAsync(() => processes.Members.All(member => member.Admissions.Count >= 200));
        var from = Journal.Now;

        // A busy machine may keep one from running for a while: then the next thousand count.
        var fair = processes.UntilAsync(() =>
        {
            if (processes.Members.Sum(member => member.AdmittedIn(from, long.MaxValue)) < 1000)
                return false;

            var (start, end) = (from, Journal.Now);
            from = end;
            return Intervals.Fairness(processes.Members, start, end).All(part => part >= 0.5);
        });

        await fair.Invoking(task => task).Should().NotThrowAsync();
    }

    [Fact]
    public async Task Those_that_are_left_take_over_the_share_of_one_that_is_killed()
    {
        await using var processes = new Processes(Place, QuotaFallback.SafeShare, 900, 900, 900);
        await processes.UntilAsync(() => processes.Members.All(member => member.Admissions.Count >= 500));

        processes.Members[0].Kill();
        var from = Journal.Now;
        var takeOver = processes.UntilAsync(() => Intervals.Have(processes.Members[1..], from, permits: 1850, seconds: 2));

        await takeOver.Invoking(task => task).Should().NotThrowAsync();
    }
}
