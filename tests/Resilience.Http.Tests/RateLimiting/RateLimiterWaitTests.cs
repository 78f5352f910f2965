using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Waiting for a limiter of others, which knows nothing of deadlines.</summary>
public sealed class RateLimiterWaitTests : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = 1, QueueLimit = 1 });
    private readonly ScriptedUpstream _upstream = new(200);
    private readonly RateLimitLease _taken;

    public RateLimiterWaitTests() => _taken = _limiter.AttemptAcquire();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _taken.Dispose();
        _limiter.Dispose();
        _upstream.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_cut_short_by_the_deadline_of_the_call(bool async)
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddRateLimiter(_limiter).AddAttemptTimeout(), primary: _upstream, clock: new());

        var sending = SendAsync(host, async);
        (await host.PassAsync()).Should().Be(TimeSpan.FromSeconds(5));

        (await sending.Awaiting(call => call).Should().ThrowAsync<RateLimitedException>()).Which
            .Should().BeEquivalentTo(new { Reason = RateLimitReason.WouldMissDeadline, RetryAfter = (TimeSpan?)null, Attempts = 0, Client = "test", Partition = "*" });
        (_upstream.Attempts.Count, _limiter.GetStatistics()!.CurrentQueuedCount).Should().Be((0, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ends_with_the_caller(bool async)
    {
        using var caller = new CancellationTokenSource();
        using var host = new TestHost(client => client.AddRateLimiter(_limiter), primary: _upstream);

        var sending = SendAsync(host, async, caller.Token);
        SpinWait.SpinUntil(() => _limiter.GetStatistics()!.CurrentQueuedCount == 1, TimeSpan.FromSeconds(5)).Should().BeTrue();
        await caller.CancelAsync();

        (await sending.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        (_upstream.Attempts.Count, _limiter.GetStatistics()!.CurrentQueuedCount).Should().Be((0, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ends_with_a_permit_and_is_measured(bool async)
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddRateLimiter(_limiter).AddAttemptTimeout(TimeSpan.FromSeconds(1)), primary: _upstream, clock: new());
        using var measured = new Measurements(host.Inside);

        var sending = SendAsync(host, async);
        await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(4));
        _taken.Dispose();
        using var response = await sending;

        response.IsSuccessStatusCode.Should().BeTrue();
        measured.Of("resilience.http.rate_limiter.wait.duration").Should().Equal("resilience.http.rate_limiter.wait.duration 4 s resilience.http.client=test");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_not_the_servers_slowness(bool async)
    {
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.SlowCallDuration, breaker.ConsecutiveFailures) = (TimeSpan.FromSeconds(1), 1)).AddRateLimiter(_limiter), primary: _upstream);

        var sending = SendAsync(host, async);
        SpinWait.SpinUntil(() => _limiter.GetStatistics()!.CurrentQueuedCount == 1, TimeSpan.FromSeconds(5)).Should().BeTrue();
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        _taken.Dispose();

        (await sending).IsSuccessStatusCode.Should().BeTrue();
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Sets_no_timer_for_a_permit_that_is_free()
    {
        _taken.Dispose();
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddRateLimiter(_limiter).AddAttemptTimeout(TimeSpan.FromSeconds(1)), primary: _upstream, clock: new());

        using var response = await SendAsync(host, async: true);

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Tells_partitions_of_a_partitioned_limiter_apart()
    {
        await using var limiter = PartitionedRateLimiter.Create<HttpRequestMessage, string>(request =>
            RateLimitPartition.GetConcurrencyLimiter(request.RequestUri!.AbsolutePath, _ => new() { PermitLimit = 1 }));
        using var host = new TestHost(client => client.AddRateLimiter(limiter), primary: new ScriptedUpstream((_, _) => new() { Content = new StringContent("a body") }));

        using var first = await host.SendAsync(new(HttpMethod.Get, "http://upstream.test/a"));
        using var other = await host.SendAsync(new(HttpMethod.Get, "http://upstream.test/b"));
        await FluentActions.Awaiting(() => host.SendAsync(new(HttpMethod.Get, "http://upstream.test/a"))).Should().ThrowAsync<RateLimitedException>();
        first.Dispose();

        (await host.GetAsync("/a")).Should().Be(200);
    }

    [Fact]
    public void Needs_a_limiter()
    {
        FluentActions.Invoking(() => new RateLimiterHandler((RateLimiter)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new RateLimiterHandler((PartitionedRateLimiter<HttpRequestMessage>)null!)).Should().Throw<ArgumentNullException>();
    }

    private static Task<HttpResponseMessage> SendAsync(TestHost host, bool async, CancellationToken? cancelled = null)
        => host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async, cancelled);
}
