using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>Name, clock, chance, logger and meter of a client; for handlers without a container as for those of one.</summary>
public sealed class ClientContextTests : IDisposable
{
    private readonly VirtualClock _clock = new() { LongestJump = TimeSpan.FromSeconds(4) };
    private readonly LogRecorder _log = new();
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ILoggerFactory _loggers;

    public ClientContextTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ClientContext Client => new()
    {
        Name = "alone",
        Time = _clock,
        Random = new FixedRandom(0.5),
        LoggerFactory = _loggers,
        MeterFactory = _metrics.GetRequiredService<IMeterFactory>(),
    };

    public void Dispose()
    {
        _loggers.Dispose();
        _metrics.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Retries_wait_by_its_clock_and_chance_and_log_under_its_name()
    {
        var upstream = new ScriptedUpstream(503, 503, 200);
        using var host = TestHost.Around(new RetryHandler(new RetryOptions { BaseDelay = TimeSpan.FromSeconds(1) }, Client), upstream);

        await host.GetAsync();

        _clock.Timers.Should().Equal(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        _log.Lines.Should().ContainSingle().Which.Should().StartWith("Information 100: Client 'alone': GET upstream.test ended in 200 after 1.500 s; attempts sent: 3;");
    }

    [Fact]
    public async Task Circuits_break_by_its_clock_and_chance_and_name_it()
    {
        var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions { ConsecutiveFailures = 1 }, Client);
        using var host = TestHost.Around(breaker, new ScriptedUpstream(503, 200));
        await host.GetAsync();

        var thrown = (await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<CircuitOpenException>()).Which;
        _clock.Advance(thrown.RetryAfter!.Value);

        thrown.Client.Should().Be("alone");
        thrown.RetryAfter.Should().Be(TimeSpan.FromSeconds(5.625));
        (await host.GetAsync()).Should().Be(200);
    }

    [Fact]
    public async Task Limits_are_measured_by_its_meter()
    {
        var client = Client;
        using var measured = new Measurements(client);
        using var host = TestHost.Around(new TokenBucketHandler(new TokenBucketOptions { PermitsPerSecond = 1, QueueLimit = 0 }, client), new ScriptedUpstream(200));
        await host.GetAsync();

        await Record.ExceptionAsync(() => host.GetAsync());

        measured.All.Should().Equal("resilience.http.rate_limiter.rejections 1 {request} resilience.http.client=alone resilience.http.reason=QueueFull");
        client.Meter.Scope.Should().BeSameAs(_metrics.GetRequiredService<IMeterFactory>());
    }

    [Fact]
    public async Task Timeouts_run_by_its_clock()
    {
        var hanging = new ScriptedUpstream(async (_, cancelled) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        using var attempts = TestHost.Around(new AttemptTimeoutHandler(new AttemptTimeoutOptions { Timeout = TimeSpan.FromSeconds(3) }, Client), hanging);
        using var calls = TestHost.Around(new TotalTimeoutHandler(new TotalTimeoutOptions { Timeout = TimeSpan.FromSeconds(4) }, Client), hanging);

        await FluentActions.Awaiting(() => attempts.GetAsync()).Should().ThrowAsync<AttemptTimeoutException>().WithMessage("Client 'alone'*");
        await FluentActions.Awaiting(() => calls.GetAsync()).Should().ThrowAsync<TotalTimeoutException>().WithMessage("Client 'alone'*");

        _clock.GetUtcNow().Should().Be(TestHost.Start.AddSeconds(7));
    }

    [Fact]
    public async Task Handlers_of_one_chain_that_have_other_clocks_say_so_at_once()
    {
        var upstream = new ScriptedUpstream(503, 200);
        using var invoker = new HttpMessageInvoker(new TotalTimeoutHandler(new TotalTimeoutOptions()) { InnerHandler = new RetryHandler(new RetryOptions(), Client) { InnerHandler = upstream } });

        var call = () => invoker.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        await call.Should().ThrowAsync<InvalidOperationException>().WithMessage("TotalTimeoutHandler and RetryHandler are on different clocks*");
        upstream.Attempts.Should().BeEmpty();
    }

    [Fact]
    public async Task The_standard_handlers_share_it()
    {
        using var invoker = new HttpMessageInvoker(StandardPolicies.CreateHandler(new ScriptedUpstream(503), standard => standard.Retry.BaseDelay = TimeSpan.FromSeconds(1), Client));

        using var response = await invoker.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _clock.Timers.Where(wait => wait < TimeSpan.FromSeconds(5)).Should().Equal(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _log.Lines.Should().ContainSingle().Which.Should().Contain("Client 'alone'");
    }

    [Fact]
    public async Task The_standard_handlers_have_the_optional_ones_that_are_set()
    {
        var keys = new List<string>();
        var upstream = new ScriptedUpstream((request, _) =>
        {
            keys.AddRange(request.Headers.GetValues("Idempotency-Key"));
            return new(HttpStatusCode.ServiceUnavailable);
        });
        using var invoker = new HttpMessageInvoker(StandardPolicies.CreateHandler(
            upstream, standard => (standard.ProblemDetails, standard.IdempotencyKey, standard.TokenBucket) = (new(), new(), new() { PermitsPerSecond = 0.5 }), Client));

        var posting = () => invoker.SendAsync(new(HttpMethod.Post, "http://upstream.test/"), Cancelled);

        (await posting.Should().ThrowAsync<ProblemDetailsException>()).Which.Attempts.Should().Be(4);
        keys.Should().HaveCount(4).And.OnlyContain(key => key == keys[0]);
        _clock.GetUtcNow().Should().BeOnOrAfter(TestHost.Start.AddSeconds(6));
    }

    [Fact]
    public async Task Chance_comes_from_the_container_if_it_has_one()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.FromSeconds(1)).Services.AddSingleton<Random>(new FixedRandom(0.25)), primary: new ScriptedUpstream(503, 200));

        await host.GetAsync();

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public async Task Chance_that_throws_takes_neither_a_call_nor_what_it_holds()
    {
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 0 });
        using var host = new TestHost(
            client => client.AddRetry(retry => (retry.BaseDelay, retry.Jitter) = (TimeSpan.FromSeconds(1), Jitter.Equal)).AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.BreakDuration) = (1, TimeSpan.FromMilliseconds(100))).AddRateLimiter(limiter).Services.AddSingleton<Random>(new SpentRandom()),
            primary: new ScriptedUpstream(503, 200));

        var status = await host.GetAsync();

        (status, limiter.GetStatistics()!.CurrentAvailablePermits).Should().Be((200, 1));
        host.Log.Lines.Should().Contain("Error 3: Client 'test': the callback for Random failed.");
    }

    [Fact]
    public void Is_modest_by_default()
    {
        var client = new ClientContext();

        (client.Name, client.Time, client.Meter.Name, client.Meter.Scope).Should().Be((string.Empty, TimeProvider.System, "Resilience.Http", null));
        client.Meter.Should().BeSameAs(new ClientContext().Meter);
    }

    private sealed class SpentRandom : Random
    {
        public override double NextDouble() => throw new InvalidOperationException("No number is left.");
    }
}
