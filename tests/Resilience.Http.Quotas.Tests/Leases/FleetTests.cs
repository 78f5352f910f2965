namespace Resilience.Http.Quotas.Tests;

/// <summary>What the lease rule promises, in simulated time: the same figures on every machine.</summary>
public sealed class FleetTests
{
    private const double Limit = 1000;

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(1.05, 2)]
    [InlineData(1.5, 3)]
    [InlineData(4, 4)]
    public async Task Three_instances_use_the_limit_and_no_more(double load, int seed)
    {
        var fleet = new Fleet(3, seed, ShortLeases);

        await fleet.RunAsync(10, Zipf(3, Limit * load));

        fleet.Windows().Should().OnlyContain(admitted => admitted <= 1150);
        var steady = fleet.Windows(from: 2);
        steady.Order().ElementAt(steady.Length / 2).Should().BeLessThanOrEqualTo(1060);
        steady.Average().Should().BeGreaterThanOrEqualTo(970);
    }

    [Theory]
    [InlineData(3, 50)]
    [InlineData(10, 100)]
    public async Task Overload_costs_a_round_trip_per_instance_and_lease(int instances, int lease)
    {
        var fleet = new Fleet(instances, seed: 5, quota => (quota.LeaseTime, quota.StoreTimeout) = (TimeSpan.FromMilliseconds(lease), TimeSpan.FromMilliseconds(50)));
        var rates = Zipf(instances, 4 * Limit);
        await fleet.RunAsync(2, rates);
        var before = fleet.RoundTrips;

        await fleet.RunAsync(10, rates);

        ((fleet.RoundTrips - before) / 10.0).Should().BeLessThanOrEqualTo(1.2 * instances * 1000 / lease);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(10, 2)]
    [InlineData(10, 3)]
    public async Task No_instance_gets_less_than_half_of_its_fair_share(int instances, int seed)
    {
        var rates = Zipf(instances, 4 * Limit);
        var fleet = new Fleet(instances, seed);

        await fleet.RunAsync(12, rates);

        fleet.Fairness(Limit, from: 2, rates).Should().OnlyContain(part => part >= 0.5);
    }

    [Fact]
    public async Task Rejects_almost_nothing_while_less_is_asked_for_than_the_limit()
    {
        var fleet = new Fleet(10);

        await fleet.RunAsync(10, Zipf(10, 0.95 * Limit));

        fleet.Admitted.Sum(times => times.Count).Should().BeGreaterThan((int)(0.99 * fleet.Offered.Sum()));
    }

    [Fact]
    public async Task A_slow_tenant_uses_its_limit_although_every_request_is_a_lease()
    {
        var fleet = new Fleet(1, configure: quota => (quota.PermitsPerSecond, quota.Burst) = (100 / 60.0, 100));
        await fleet.RunAsync(60, 10);
        var before = fleet.Admitted[0].Count;

        await fleet.RunAsync(120, 1.5);

        before.Should().BeInRange(190, 200);
        (fleet.Admitted[0].Count - before).Should().BeGreaterThan(150);
    }

    /// <summary>A burst of a minute makes leases much longer than what is used of them in time: the rest is given back, not lost.</summary>
    [Theory]
    [InlineData(1.05)]
    [InlineData(4)]
    public async Task A_burst_of_a_minute_loses_no_permits(double load)
    {
        const double perSecond = 10_000 / 60.0;
        var fleet = new Fleet(3, seed: 6, quota => (quota.PermitsPerSecond, quota.Burst) = (perSecond, 10_000));
        await fleet.RunAsync(30, perSecond * 3, perSecond * 2, perSecond * 2);

        await fleet.RunAsync(600, Zipf(3, perSecond * load));

        (fleet.Admitted.Sum(times => times.Count(time => time >= 130)) / 500.0).Should().BeInRange(0.99 * perSecond, 1.01 * perSecond);
    }

    [Fact]
    public async Task A_clock_that_is_an_hour_off_changes_nothing()
    {
        var rates = Zipf(3, 4 * Limit);
        var (right, wrong) = (new Fleet(3, 7, ShortLeases), new Fleet(3, 7, ShortLeases, off: TimeSpan.FromHours(1)));

        await right.RunAsync(5, rates);
        await wrong.RunAsync(5, rates);

        wrong.Admitted.Should().BeEquivalentTo(right.Admitted);
    }

    private static void ShortLeases(QuotaOptions quota)
        => (quota.LeaseTime, quota.StoreTimeout, quota.Burst) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50), 50);

    internal static double[] Zipf(int instances, double total)
    {
        double[] weights = [.. Enumerable.Range(1, instances).Select(rank => 1.0 / rank)];
        return [.. weights.Select(weight => total * weight / weights.Sum())];
    }
}
