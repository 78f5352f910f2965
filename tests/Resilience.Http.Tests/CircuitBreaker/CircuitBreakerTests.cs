using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sheds_without_sending_once_the_upstream_keeps_failing()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.MinimumCalls = 4));
        host.Upstream.Answer(503);
        for (var call = 0; call < 4; call++)
            (await host.GetAsync()).Should().Be(503);

        var fifth = () => host.GetAsync();

        var refusal = (await fifth.Should().ThrowAsync<CircuitOpenException>()).Which;
        host.Upstream.Requests.Should().Be(4);
        (refusal.Client, refusal.Partition, refusal.State).Should().Be(("test", new Uri(host.Upstream.Url).GetLeftPart(UriPartial.Authority), CircuitState.Open));
        refusal.RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5)).And.BeLessThan(TimeSpan.FromSeconds(6.25));
    }

    [Fact]
    public async Task Closes_when_the_probes_find_the_upstream_recovered()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (2, 1)));
        host.Upstream.Answer(500, 500, 200);
        await host.GetAsync();
        await host.GetAsync();
        host.Clock.Advance(CircuitBench.FirstBreak);

        (await host.GetAsync()).Should().Be(200);

        host.Circuit.History.Select(change => change.To).Should().Equal(CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed);
    }

    [Fact]
    public async Task Breaks_as_long_as_the_server_asks()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1));
        host.Upstream.Answer(503, retryAfter: "120");

        await host.GetAsync();

        host.Circuit.RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(120)).And.BeLessThan(TimeSpan.FromSeconds(150));
    }

    [Fact]
    public async Task Counts_a_refused_connection()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), ScriptedServer.RefusedUrl);

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<HttpRequestException>();

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_a_connection_that_is_reset()
    {
        await using var upstream = ScriptedServer.Start(Reply.ResetAfterRequest());
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), upstream.Url);

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<HttpRequestException>();

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_a_body_that_breaks_off_where_retry_reads_it_inside_the_attempt()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("hello").CutAfter(2));
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.MaxRetries = 1).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 2), upstream.Url);

        await FluentActions.Awaiting(() => host.Client.GetAsync("/", _cancelled)).Should().ThrowAsync<HttpRequestException>();

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_every_attempt_of_a_call_and_ends_its_retries_when_it_opens()
    {
        var upstream = new ScriptedUpstream(503);
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 10).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 3), primary: upstream);

        await FluentActions.Awaiting(() => host.Client.GetAsync("/", _cancelled)).Should().ThrowAsync<CircuitOpenException>();

        upstream.Attempts.Should().HaveCount(3);
    }

    [Fact]
    public async Task Counts_an_attempt_that_times_out()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(TimeSpan.FromSeconds(2)), upstream.Url, clock: new());
        var call = host.GetAsync();

        (await host.PassAsync()).Should().Be(TimeSpan.FromSeconds(2));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<AttemptTimeoutException>();
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_a_call_that_is_slow_though_it_succeeds()
    {
        var clock = new VirtualClock();
        using var upstream = new ScriptedUpstream((_, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(4));
            return new(HttpStatusCode.OK);
        });
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.SlowCallDuration) = (1, TimeSpan.FromSeconds(3))), primary: upstream, clock: clock);

        (await host.GetAsync()).Should().Be(200);

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public void Protects_synchronous_calls_too()
    {
        using var upstream = new ScriptedUpstream(503);
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: upstream);
        host.Client.Send(new(HttpMethod.Get, "/"), _cancelled).Dispose();

        var second = () => host.Client.Send(new(HttpMethod.Get, "/"), _cancelled);

        second.Should().Throw<CircuitOpenException>();
        upstream.Attempts.Should().HaveCount(1);
    }

    [Fact]
    public async Task Works_without_a_container()
    {
        var options = new CircuitBreakerOptions { ConsecutiveFailures = 1 };
        using var http = new HttpClient(new CircuitBreakerHandler(options) { InnerHandler = new ScriptedUpstream(503) });
        using var first = await http.GetAsync("http://upstream", _cancelled);

        var second = () => http.GetAsync("http://upstream", _cancelled);

        (await second.Should().ThrowAsync<HttpRequestException>()).WithMessage("Client '': the request was not sent, because the circuit for http://upstream:80 is open*");
    }
}
