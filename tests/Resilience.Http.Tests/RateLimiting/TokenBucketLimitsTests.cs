using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketLimitsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Of_several_limits_the_tightest_decides()
    {
        using var limited = new LimitedHost(bucket =>
        {
            (bucket.PermitsPerSecond, bucket.Burst) = (10, 10);
            bucket.Limits["hour"] = new(15, Hour);
        });

        var (first, second) = (await limited.CountAsync(12), 0);
        limited.Advance(TimeSpan.FromSeconds(1));
        second = await limited.CountAsync(12);

        (first, second).Should().Be((10, 5));
    }

    [Fact]
    public async Task A_limit_is_seen_by_its_name()
    {
        using var limited = new LimitedHost(bucket => bucket.Limits["hour"] = new(10, Hour, burst: 8));

        await limited.CountAsync(3);

        limited.Bucket.Limits["Hour"].Should().Be(new TokenBucketLimitStatus(10 / 3600.0, 8, 5));
        limited.Bucket.Level.Should().Be(97);
        limited.Host.Inside.ToString().Should().Contain("TokenBucket (0.001 a second, burst 100, hour: 10 in 01:00:00)");
    }

    [Fact]
    public async Task What_one_limit_rejects_takes_nothing_of_the_others()
    {
        using var limited = new LimitedHost(bucket =>
        {
            bucket.Limits["few"] = new(2, Hour);
            bucket.Limits["many"] = new(50, Hour);
        });

        await limited.CountAsync(40);

        (limited.Bucket.Level, limited.Bucket.Limits["few"].Level, limited.Bucket.Limits["many"].Level).Should().Be((98, 0, 48));
    }

    [Fact]
    public async Task Those_who_wait_for_a_further_limit_are_served_in_turn()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket =>
        {
            bucket.PermitsPerSecond = 100;
            bucket.Limits["slow"] = new(1, TimeSpan.FromSeconds(2));
        }), primary: new ScriptedUpstream(200), clock: new());
        await host.GetAsync();

        var (second, third) = (host.GetAsync(), host.GetAsync());
        var waits = (await host.PassAsync(), await second, await host.PassAsync(), await third);

        waits.Should().Be((TimeSpan.FromSeconds(2), 200, TimeSpan.FromSeconds(2), 200));
    }

    [Fact]
    public async Task A_shared_limit_counts_for_all_partitions_together()
    {
        using var limited = new LimitedHost(bucket => bucket.Limits["all"] = new(6, Hour) { IsShared = true });

        (await limited.CountAsync(4, "a"), await limited.CountAsync(4, "b")).Should().Be((4, 2));
    }

    [Fact]
    public async Task Who_waits_for_a_shared_limit_that_others_use_up_is_rejected()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket =>
        {
            (bucket.PermitsPerSecond, bucket.MaxQueueTime) = (100, TimeSpan.FromSeconds(12));
            bucket.Limits["all"] = new(1, TimeSpan.FromSeconds(10), burst: 1) { IsShared = true };
        }), primary: new ScriptedUpstream(200), clock: new());
        await host.GetAsync(configure: request => request.SetPartition("a"));

        var first = host.GetAsync(configure: request => request.SetPartition("a"));
        var second = host.GetAsync(configure: request => request.SetPartition("b"));
        await host.PassAsync();

        Exception?[] outcomes = [await Record.ExceptionAsync(() => first), await Record.ExceptionAsync(() => second)];
        outcomes.OfType<RateLimitedException>().Should().ContainSingle().Which.Reason.Should().Be(RateLimitReason.QueueTimeTooLong);
    }

    [Fact]
    public void A_second_bucket_stops_the_host()
    {
        var start = () => new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 10).AddTokenBucket(bucket => bucket.PermitsPerSecond = 1)).Inside;

        start.Should().Throw<Exception>().WithMessage("*TokenBucket*");
    }

    [Fact]
    public async Task Limits_of_the_configuration_come_and_go_at_run_time()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:TokenBucket:PermitsPerSecond", "1000"), new("api:TokenBucket:QueueLimit", "0")]).Build();
        using var host = new TestHost(client => client.AddResilience(configuration.GetSection("api")).AddTokenBucket(), primary: new ScriptedUpstream(200), clock: new());
        await host.GetAsync();

        configuration["api:TokenBucket:Limits:hour:Permits"] = "2";
        configuration["api:TokenBucket:Limits:hour:Period"] = "01:00:00";
        configuration.Reload();
        var (first, second, third) = (await host.GetAsync(), await host.GetAsync(), await Record.ExceptionAsync(() => host.GetAsync()));
        configuration["api:TokenBucket:Limits:hour:Permits"] = "2000000";
        configuration.Reload();

        (first, second).Should().Be((200, 200));
        third.Should().BeOfType<RateLimitedException>();
        host.Clock.Advance(TimeSpan.FromMilliseconds(2));
        (await host.GetAsync()).Should().Be(200);
    }
}
