using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What an instance gives itself while the store does not answer, and what the store hears of it.</summary>
public sealed class ShareTests
{
    private readonly VirtualClock _clock = new();
    private readonly RemoteStore _store;

    public ShareTests() => _store = new(new InMemoryQuotaStore(_clock), _clock);

    // An own limit of 1,000 a second has paid its debt after one second, the shared one of 100 after ten.
    [Theory]
    [InlineData(null)]
    [InlineData(1000.0)]
    public async Task A_debt_at_a_shared_limit_is_paid_from_the_share_or_told_to_the_store_and_not_both(double? own)
    {
        _store.Fault = Gone;
        await using var instance = NewInstance(own, cost: 1000);
        await instance.GetAsync();

        _clock.Advance(TimeSpan.FromSeconds(5));
        _store.Fault = null;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await using var other = NewInstance(own, cost: 1);
        var early = await IsSentAsync(other);
        _clock.Advance(TimeSpan.FromSeconds(5));

        (early, await IsSentAsync(other)).Should().Be((false, true));
    }

    [Fact]
    public async Task A_debt_at_a_shared_limit_is_told_to_the_store_by_one_of_several_partitions()
    {
        _store.Fault = Gone;
        await using var instance = NewInstance(own: null, cost: 500, Reply.Ok().After(TimeSpan.FromSeconds(1)));
        var a = instance.GetAsync("/a");
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await _clock.AdvanceUntilAsync(Task.WhenAll(a, instance.GetAsync("/b")));

        _clock.Advance(TimeSpan.FromSeconds(5));
        _store.Fault = null;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await using var other = NewInstance(own: null, cost: 1);
        var early = await IsSentAsync(other);
        _clock.Advance(TimeSpan.FromSeconds(5));

        (early, await IsSentAsync(other)).Should().Be((false, true));
    }

    [Fact]
    public async Task A_store_that_fails_now_and_then_gives_no_permit_each_time()
    {
        var (calls, sent) = (0, 0);
        _store.Fault = () => ++calls % 2 == 0 ? Gone() : Task.CompletedTask;
        await using var instance = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.Burst, quota.QueueLimit, quota.MaxQueueTime) = (1 / 3600.0, 1, 0, TimeSpan.Zero));

        for (var second = 0; second < 600; second++)
        {
            sent += await IsSentAsync(instance) ? 1 : 0;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        calls.Should().BeGreaterThan(300);
        sent.Should().BeLessThanOrEqualTo(2);
    }

    private static Task Gone() => Task.FromException(new InvalidOperationException("Gone."));

    private static async Task<bool> IsSentAsync(Instance instance)
    {
        try
        {
            using var response = await instance.GetAsync();
            return true;
        }
        catch (RateLimitedException)
        {
            return false;
        }
    }

    private Instance NewInstance(double? own, int cost, Reply? reply = null) => new(_clock, _store, quota =>
    {
        (quota.PermitsPerSecond, quota.ExpectedInstances, quota.QueueLimit, quota.MaxQueueTime, quota.ActualCostOf) = (own ?? 1, 1, 0, TimeSpan.Zero, _ => cost);
        quota.PartitionBy = request => request.RequestUri!.AbsolutePath;
        quota.Limits["all"] = new(100, TimeSpan.FromSeconds(1)) { IsShared = true };
    }, script: answers => answers.Answer(reply ?? Reply.Ok()), provider: own is null ? new NoLimits() : null);

    private sealed class NoLimits : IQuotaProvider
    {
        public QuotaRate? Find(string quota, string partition) => QuotaRate.Unlimited;
    }
}
