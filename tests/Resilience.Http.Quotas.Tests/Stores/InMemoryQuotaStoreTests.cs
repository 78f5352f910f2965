using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

public sealed class InMemoryQuotaStoreTests : QuotaStoreContract
{
    private readonly VirtualClock _clock = new();
    private readonly InMemoryQuotaStore _store;

    public InMemoryQuotaStoreTests() => _store = new(_clock);

    protected override IQuotaStore Store => _store;

    [Fact]
    public async Task Full_buckets_are_forgotten()
    {
        for (var tenant = 0; tenant < 20_000; tenant++)
            await _store.LeaseAsync(new("test", "test", [new($"tenant {tenant}", "", 10, 10)], 1), Cancelled);
        var before = _store.Count;

        _clock.Advance(TimeSpan.FromSeconds(61));
        await _store.LeaseAsync(new("test", "test", [new("last", "", 10, 10)], 1), Cancelled);

        before.Should().Be(20_000);
        _store.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(700_000, 700_000)]
    [InlineData(1_000_000, 1_000_000)]
    [InlineData(0.000_001, 1)]
    [InlineData(333.333, 50)]
    public async Task In_any_interval_it_grants_no_more_than_burst_and_rate_allow(double rate, int burst)
    {
        var random = new Random(1);
        var (granted, started) = (0L, _clock.GetTimestamp());
        for (var i = 0; i < 1000; i++)
        {
            granted += (await LeaseAsync(random.Next(1, 100), Limit(rate, burst))).Granted;
            var most = burst + (rate * _clock.GetElapsedTime(started).TotalSeconds);

            granted.Should().BeLessThanOrEqualTo((long)Math.Floor(most + 1e-6));
            _clock.Advance(TimeSpan.FromMilliseconds(random.NextDouble() * 50 / Math.Sqrt(rate)));
        }
    }

    protected override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }
}
