using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

public sealed class QuotaHandlerTests
{
    private readonly VirtualClock _clock = new();
    private readonly InMemoryQuotaStore _store;

    public QuotaHandlerTests() => _store = new(_clock);

    [Fact]
    public async Task Two_instances_share_one_quota()
    {
        await using var first = new Instance(_clock, _store, Ten);
        await using var second = new Instance(_clock, _store, Ten);

        for (var i = 0; i < 5; i++)
            (await first.GetAsync(), await second.GetAsync()).Item2.StatusCode.Should().Be(HttpStatusCode.OK);
        var eleventh = () => first.GetAsync();

        var rejection = (await eleventh.Should().ThrowAsync<RateLimitedException>()).Which;
        (rejection.Client, rejection.Partition, rejection.Reason).Should().Be(("shop", "https://shop.example:443", RateLimitReason.QueueTimeTooLong));
        rejection.RetryAfter.Should().BeCloseTo(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_request_waits_for_its_permit()
    {
        await using var instance = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.Burst) = (1, 1));
        await instance.GetAsync();
        var started = _clock.GetTimestamp();

        await _clock.AdvanceUntilAsync(instance.GetAsync());

        _clock.GetElapsedTime(started).Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task A_request_that_would_miss_its_deadline_is_rejected_at_once()
    {
        await using var instance = new Instance(_clock, _store, Ten);
        for (var i = 0; i < 10; i++)
            await instance.GetAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(5));

        var send = () => instance.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await send.Should().ThrowAsync<RateLimitedException>()).Which.Reason.Should().Be(RateLimitReason.WouldMissDeadline);
    }

    [Fact]
    public async Task Partitions_have_buckets_of_their_own()
    {
        await using var instance = new Instance(_clock, _store, Ten);
        for (var i = 0; i < 10; i++)
            await instance.GetAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetPartition("tenant-7");

        (await instance.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        instance.Info.Quotas.Select(quota => quota.Partition).Should().BeEquivalentTo("https://shop.example:443", "tenant-7");
    }

    [Fact]
    public async Task A_429_to_one_instance_pauses_all_within_two_leases()
    {
        await using var first = new Instance(_clock, _store, script: answers => answers.Answer(429, retryAfter: 2).Then(200));
        await using var second = new Instance(_clock, _store);
        await second.GetAsync();

        await first.GetAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        var early = second.GetAsync();
        var before = second.Upstream.Attempts.Count;
        await _clock.AdvanceUntilAsync(early);

        before.Should().Be(1);
        (second.Upstream.Attempts[1].SentAt - first.Upstream.Attempts[0].SentAt).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_pause_that_comes_with_the_permits_keeps_the_request_back()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => Task.Delay(TimeSpan.FromMilliseconds(1), _clock) };
        await using var instance = new Instance(_clock, remote);
        var request = instance.GetAsync();
        await _store.PauseAsync(remote.Requests[0].Key, "https://shop.example:443", TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(1));
        var before = instance.Upstream.Attempts.Count;
        await _clock.AdvanceUntilAsync(request);
        remote.Fault = null;

        (before, instance.Upstream.Attempts.Count).Should().Be((0, 1));
    }

    [Fact]
    public async Task A_pause_is_bounded_and_shown_and_can_be_forbidden()
    {
        await using var bounded = new Instance(_clock, _store, quota => quota.MaxServerPause = TimeSpan.FromSeconds(20), answers => answers.Answer(503, retryAfter: 7200));
        await using var deaf = new Instance(_clock, _store, quota => (quota.ObeyServerLimits, quota.Name) = (false, "deaf"), answers => answers.Answer(503, retryAfter: 7200));

        await bounded.GetAsync();
        await deaf.GetAsync();
        var rejected = bounded.GetAsync();

        (await rejected.Invoking(task => task).Should().ThrowAsync<RateLimitedException>()).Which.Reason.Should().Be(RateLimitReason.PausedByServer);
        bounded.Info.Quotas.Single().Pauses.Single().Should().Be(new QuotaPause("https://shop.example:443", TimeSpan.FromSeconds(20)));
        (await deaf.GetAsync()).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unused_permits_are_given_back_at_the_end(bool hasHost)
    {
        var instance = new Instance(_clock, _store, quota => (quota.Burst, quota.PermitsPerSecond, quota.ExpectedInstances) = (100, 0.001, 1));
        await instance.GetAsync();

        if (hasHost)
            await instance.Service<IEnumerable<IHostedService>>().Single().StopAsync(TestContext.Current.CancellationToken);
        await instance.DisposeAsync();
        await using var next = new Instance(_clock, _store, quota => (quota.Burst, quota.PermitsPerSecond, quota.QueueLimit) = (100, 0.001, 0));
        for (var i = 0; i < 99; i++)
            await next.GetAsync();

        await next.Invoking(other => other.GetAsync()).Should().ThrowAsync<RateLimitedException>();
    }

    [Fact]
    public async Task Permits_are_taken_while_the_store_is_told_what_is_given_back()
    {
        var (remote, isSent) = (new RemoteStore(_store, _clock), false);
        await using var instance = new Instance(_clock, remote);
        await instance.GetAsync();
        remote.Fault = () =>
        {
            remote.Fault = null;
            isSent = IsDone(instance.GetAsync);
            return Task.CompletedTask;
        };

        await instance.Service<IEnumerable<IHostedService>>().Single().StopAsync(TestContext.Current.CancellationToken);

        isSent.Should().BeTrue();
    }

    [Fact]
    public async Task A_handler_that_has_given_back_its_permits_takes_some_in_advance_again()
    {
        var remote = new RemoteStore(_store, _clock);
        var handler = new QuotaHandler(new() { PermitsPerSecond = 1000, Burst = 1000, ExpectedInstances = 1 }, remote) { InnerHandler = new AnsweringHandler() };
        using var client = new HttpClient(handler);
        await client.GetAsync("https://shop.example/", TestContext.Current.CancellationToken);
        await handler.ReturnPermitsAsync();
        var before = remote.RoundTrips;

        for (var i = 0; i < 50; i++)
            await client.GetAsync("https://shop.example/", TestContext.Current.CancellationToken);

        (remote.RoundTrips - before).Should().BeLessThan(10);
    }

    [Fact]
    public void Blocking_calls_take_permits_too()
    {
        var client = new Instance(_clock, _store, Ten).Client;
        for (var i = 0; i < 10; i++)
            client.Send(new(HttpMethod.Get, "/"), TestContext.Current.CancellationToken).StatusCode.Should().Be(HttpStatusCode.OK);

        client.Invoking(blocked => blocked.Send(new(HttpMethod.Get, "/"))).Should().Throw<RateLimitedException>();
    }

    [Fact]
    public async Task A_store_that_fails_fails_no_request_and_is_reported_once()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => throw new InvalidOperationException("Gone.") };
        await using var instance = new Instance(_clock, remote);
        List<ClientEvent> events = [];
        using var subscription = instance.Service<ResilienceRegistry>().Changes.Subscribe(new Recorder(events));

        (await instance.GetAsync()).StatusCode.Should().Be(HttpStatusCode.OK);
        await _clock.AdvanceUntilAsync(instance.GetAsync());
        remote.Fault = null;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await instance.GetAsync();

        events.OfType<QuotaStoreChange>().Select(change => change.IsLost).Should().Equal(true, false);
    }

    [Fact]
    public async Task Is_configured_by_its_section()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "25"), new("Shop:Quota:Fallback", "FailClosed")]).Build();
        var services = new ServiceCollection();
        services.AddResiliencePolicy(QuotaPolicy.Instance);
        services.AddResilientHttpClient("shop", settings.GetSection("Shop")).AddQuota();
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<ResilienceRegistry>()["shop"].ToString().Should().Be("shop: Quota (25 a second, shared)");
    }

    [Fact]
    public async Task Stands_inside_the_circuit_where_its_section_alone_adds_it()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "25")]).Build();
        var services = new ServiceCollection();
        services.AddResiliencePolicy(QuotaPolicy.Instance);
        services.AddResilientHttpClient("shop", settings.GetSection("Shop"));
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<ResilienceRegistry>()["shop"].ToString().Should().Match("*CircuitBreaker (*) → Quota (25 a second, shared) → AttemptTimeout*");
    }

    [Fact]
    public void Says_what_is_wrong_with_its_options()
    {
        var create = () => new QuotaHandler(new() { PermitsPerSecond = 1, StoreTimeout = TimeSpan.FromMilliseconds(200), Burst = 1_000_000 }, _store);
        var without = () => new QuotaHandler(new() { Burst = 1_000_000, PermitsPerSecond = 0.000_001 }, _store);

        create.Should().Throw<OptionsValidationException>().WithMessage("*StoreTimeout must not be longer than LeaseTime*");
        without.Should().Throw<OptionsValidationException>().WithMessage("*Burst must be filled within 10 years*");
    }

    [Fact]
    public async Task A_partition_that_was_idle_when_the_store_was_lost_does_not_wait_for_its_first_permit()
    {
        var remote = new RemoteStore(_store, _clock);
        await using var instance = new Instance(_clock, remote);
        await instance.GetAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        remote.Fault = () => throw new InvalidOperationException("Gone.");

        var sent = instance.GetAsync();

        (sent.IsCompleted, (await sent).StatusCode).Should().Be((true, HttpStatusCode.OK));
    }

    private static bool IsDone(Func<string, Task> send)
    {
        using var done = new ManualResetEventSlim();
        _ = Task.Run(async () =>
        {
            await send("/");
            done.Set();
        });
        return done.Wait(TimeSpan.FromSeconds(30));
    }

    private static void Ten(QuotaOptions quota) => (quota.PermitsPerSecond, quota.Burst) = (0.01, 10);

    private sealed class Recorder(List<ClientEvent> events) : IObserver<ClientEvent>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(ClientEvent value) => events.Add(value);
    }

    private sealed class AnsweringHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
