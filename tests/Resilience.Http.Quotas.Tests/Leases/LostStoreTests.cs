using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Ten instances at 95 % of the limit, or far above it, when their store goes away and comes back.</summary>
public sealed class LostStoreTests
{
    private const double Limit = 1000;

    [Theory]
    [InlineData(0.95, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task The_limit_holds_when_all_instances_lose_the_store(double load, bool isSlow)
    {
        var rates = FleetTests.Zipf(10, load * Limit);
        var fleet = new Fleet(10);
        await fleet.RunAsync(5, rates);

        fleet.Fault = isSlow ? fleet.SlowAsync : Refused;
        await fleet.RunAsync(40, rates);

        fleet.Windows(from: 5.5).Should().OnlyContain(admitted => admitted <= 1.1 * Limit);
        fleet.Windows(from: 5.5).Take(50).Average().Should().BeGreaterThan(0.85 * Limit);
    }

    [Fact]
    public async Task An_instance_that_is_cut_off_alone_adds_no_more_than_its_share()
    {
        var fleet = new Fleet(4);
        await fleet.RunAsync(3, 500, 500, 500, 500);

        fleet.Stores[0].Fault = Refused;
        await fleet.RunAsync(40, 500, 500, 500, 500);

        fleet.Windows(from: 4).Should().OnlyContain(admitted => admitted <= 1.33 * Limit);
    }

    [Fact]
    public async Task Instances_that_had_nothing_to_send_when_the_store_was_lost_have_their_share_and_no_more()
    {
        var fleet = new Fleet(4);
        await fleet.RunAsync(3, 500, 500, 500, 500);
        await fleet.RunAsync(5, 2000, 0, 0, 0);

        fleet.Fault = Refused;
        await fleet.RunAsync(40, 1000, 1000, 1000, 1000);

        fleet.Windows(from: 9).Should().OnlyContain(admitted => admitted <= 1.1 * Limit);
    }

    [Fact]
    public void Instances_that_have_gone_for_good_are_forgotten()
    {
        var clock = new VirtualClock();
        var count = new InstanceCount(clock);
        count.Hear(10);

        for (var minute = 0; minute < 5; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            count.Hear(2);
        }

        var soon = count.Known;
        clock.Advance(TimeSpan.FromMinutes(5));
        count.Hear(2);

        (soon, count.Known).Should().Be((10, 2));
    }

    // A value that cannot be read, a row that is locked, one node of several: none of it is the store.
    [Theory]
    [InlineData(0)]
    [InlineData(1100)]
    public async Task One_bucket_whose_calls_fail_loses_the_store_for_no_other(int failedOnce)
    {
        var clock = new VirtualClock();
        var options = new QuotaOptions { PermitsPerSecond = 1000, QueueLimit = 0 };
        var store = new FailsForOne(new InMemoryQuotaStore(clock), "bad");
        var quotas = new ClientQuotas(QuotaPolicy.Instance.CreateContext(options, new() { Name = "shop", Time = clock, Random = new Random(1) }), store);
        var (bad, rare) = (new QuotaBucket("bad", quotas), new QuotaBucket("rare", quotas));
        var fallbacks = 0;
        // That is soon forgotten of those that are not used any more.
        for (var i = 0; i < failedOnce; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
            await TakeAsync(new QuotaBucket($"bad {i}", quotas));
            await TakeAsync(rare);
        }

        var before = store.Failures;

        for (var tenth = 0; tenth < 300; tenth++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await TakeAsync(bad);
            if (tenth % 13 == 0)
                await TakeAsync(rare);
            fallbacks += rare.Status.IsFallback ? 1 : 0;
        }

        (fallbacks, bad.Status.IsFallback).Should().Be((0, true));
        (store.Failures - before).Should().BeLessThan(50);

        async Task TakeAsync(QuotaBucket bucket)
        {
            if (!bucket.TryTake(bucket.Now, 1))
                await bucket.TakeAsync(new(1, bucket.Now, bucket.Now + clock.TimestampFrequency, RateLimitReason.QueueTimeTooLong), CancellationToken.None);
        }
    }

    // Such as for a row that somebody has locked: each would hold a connection, which others need.
    [Fact]
    public async Task A_call_that_goes_on_though_it_was_given_up_is_joined_by_no_others()
    {
        var fleet = new Fleet(1);
        await fleet.RunAsync(1, 500);
        var (store, hangs) = (fleet.Stores[0], new TaskCompletionSource());
        var before = store.RoundTrips;

        fleet.Fault = () => hangs.Task;
        await fleet.RunAsync(10, 500);
        var (calls, isCancelled) = (store.RoundTrips - before, store.LastToken.IsCancellationRequested);
        fleet.Fault = null;
        hangs.SetResult();
        await fleet.RunAsync(3, 500);

        (calls, isCancelled, fleet.Buckets[0].Status.IsFallback).Should().Be((1, true, false));
    }

    [Fact]
    public async Task All_are_back_within_two_seconds()
    {
        var fleet = new Fleet(10);
        await fleet.RunAsync(3, FleetTests.Zipf(10, 2 * Limit));
        fleet.Fault = Refused;
        await fleet.RunAsync(20, FleetTests.Zipf(10, 2 * Limit));
        var lost = fleet.Buckets.Count(bucket => bucket.Status.IsFallback);

        fleet.Fault = null;
        await fleet.RunAsync(2, FleetTests.Zipf(10, 2 * Limit));

        lost.Should().Be(10);
        fleet.Buckets.Should().OnlyContain(bucket => !bucket.Status.IsFallback);
    }

    [Fact]
    public async Task A_lost_store_is_hardly_asked()
    {
        var fleet = new Fleet(1);
        fleet.Fault = Refused;

        await fleet.RunAsync(20, 500);

        fleet.RoundTrips.Should().BeInRange(15, 35);
    }

    [Fact]
    public async Task An_instance_that_never_reached_the_store_has_an_even_share_of_the_expected()
    {
        var fleet = new Fleet(1, configure: quota => quota.ExpectedInstances = 4);
        fleet.Fault = Refused;

        await fleet.RunAsync(10, 2000);

        fleet.Windows(from: 2).Average().Should().BeInRange(230, 255);
    }

    [Theory]
    [InlineData(QuotaFallback.FailOpen, 19_000, 21_000)]
    [InlineData(QuotaFallback.FailClosed, 0, 0)]
    public async Task Fails_open_or_closed_where_that_is_wanted(QuotaFallback fallback, int least, int most)
    {
        var fleet = new Fleet(1, configure: quota => quota.Fallback = fallback);
        fleet.Fault = Refused;

        await fleet.RunAsync(10, 2000);

        fleet.Admitted[0].Count.Should().BeInRange(least, most);
    }

    [Fact]
    public async Task A_machine_that_stood_still_once_has_not_lost_the_store()
    {
        var clock = new VirtualClock();
        var store = new RemoteStore(new InMemoryQuotaStore(clock), clock) { Fault = () => Task.Delay(TimeSpan.FromSeconds(2), clock) };
        await using var instance = new Instance(clock, store, quota => quota.PartitionBy = request => request.RequestUri!.AbsolutePath);
        var waiting = Enumerable.Range(0, 20).Select(tenant => instance.GetAsync($"/{tenant}")).ToArray();
        await clock.AdvanceUntilAsync(Task.WhenAll(waiting));
        store.Fault = null;
        var before = store.RoundTrips;

        await instance.GetAsync("/next");

        store.RoundTrips.Should().Be(before + 1);
    }

    [Fact]
    public async Task A_partition_without_a_share_waits_for_the_store_and_is_not_rejected()
    {
        var clock = new VirtualClock();
        var store = new RemoteStore(new InMemoryQuotaStore(clock), clock);
        await using var instance = new Instance(clock, store, quota => (quota.PermitsPerSecond, quota.PartitionBy) = (1, request => request.RequestUri!.AbsolutePath));
        await instance.GetAsync("/known");
        store.Fault = Refused;
        await instance.GetAsync("/new");

        var waiting = instance.GetAsync("/new");
        store.Fault = null;
        clock.Advance(TimeSpan.FromSeconds(1));

        (await waiting).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static Task Refused() => Task.FromException(new InvalidOperationException("No connection."));

    private sealed class FailsForOne(InMemoryQuotaStore inner, string partition) : IQuotaStore
    {
        public int Failures { get; private set; }

        public ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
        {
            if (!request.Key.Contains(partition, StringComparison.Ordinal))
                return inner.LeaseAsync(request, cancellationToken);

            Failures++;
            throw new InvalidDataException();
        }

        public ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken) => inner.GiveAsync(limits, permits, cancellationToken);

        public ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken) => inner.PauseAsync(key, authority, pause, cancellationToken);
    }
}
