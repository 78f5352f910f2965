using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly WireMockServer _server = WireMockServer.Start();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Sheds_without_sending_once_the_upstream_keeps_failing()
    {
        _server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(503));
        using var client = new CircuitClient(breaker => breaker.MinimumCalls = 4, url: _server.Url!);
        for (var call = 0; call < 4; call++)
            (await client.GetAsync("/", _cancelled)).Should().Be(503);

        var fifth = () => client.GetAsync("/", _cancelled);

        var refusal = (await fifth.Should().ThrowAsync<CircuitOpenException>()).Which;
        _server.LogEntries.Should().HaveCount(4);
        (refusal.Client, refusal.Partition, refusal.State).Should().Be(("test", new Uri(_server.Url!).GetLeftPart(UriPartial.Authority), CircuitState.Open));
        refusal.RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5)).And.BeLessThan(TimeSpan.FromSeconds(6.25));
    }

    [Fact]
    public async Task Closes_when_the_probes_find_the_upstream_recovered()
    {
        _server.Given(Request.Create()).InScenario("outage").WillSetStateTo("over", times: 2).RespondWith(Response.Create().WithStatusCode(500));
        _server.Given(Request.Create()).InScenario("outage").WhenStateIs("over").WillSetStateTo("over").RespondWith(Response.Create().WithStatusCode(200));
        using var client = new CircuitClient(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (2, 1), url: _server.Url!);
        await client.GetAsync("/", _cancelled);
        await client.GetAsync("/", _cancelled);
        client.WaitForBreak();

        (await client.GetAsync("/", _cancelled)).Should().Be(200);

        client.Circuit.History.Select(change => change.To).Should().Equal(CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed);
    }

    [Fact]
    public async Task Breaks_as_long_as_the_server_asks()
    {
        _server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(503).WithHeader("Retry-After", "120"));
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, url: _server.Url!);

        await client.GetAsync("/", _cancelled);

        client.Circuit.RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(120)).And.BeLessThan(TimeSpan.FromSeconds(150));
    }

    [Fact]
    public async Task Counts_a_refused_connection()
    {
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, url: RawUpstream.RefusedUrl());

        await FluentActions.Awaiting(() => client.GetAsync("/", _cancelled)).Should().ThrowAsync<HttpRequestException>();

        client.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_a_connection_that_is_reset()
    {
        await using var upstream = RawUpstream.Start(Reply.ResetAfterRequest());
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, url: upstream.Url);

        await FluentActions.Awaiting(() => client.GetAsync("/", _cancelled)).Should().ThrowAsync<HttpRequestException>();

        client.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_a_body_that_breaks_off_where_retry_reads_it_inside_the_attempt()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("hello").CutAfter(2));
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.MaxRetries = 1).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 2), upstream.Url);

        await FluentActions.Awaiting(() => host.Client.GetAsync("/", _cancelled)).Should().ThrowAsync<HttpRequestException>();

        host.Inside.Circuits.Single().State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_every_attempt_of_a_call_and_ends_its_retries_when_it_opens()
    {
        var upstream = new StubHandler(503);
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 10).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 3), primary: upstream);

        await FluentActions.Awaiting(() => host.Client.GetAsync("/", _cancelled)).Should().ThrowAsync<CircuitOpenException>();

        upstream.Requests.Should().Be(3);
    }

    [Fact]
    public async Task Counts_an_attempt_that_times_out()
    {
        await using var upstream = RawUpstream.Start(Reply.Never());
        using var client = new CircuitClient(
            breaker => breaker.ConsecutiveFailures = 1, url: upstream.Url, inside: builder => builder.AddAttemptTimeout(TimeSpan.FromSeconds(2)));
        var call = client.GetAsync("/", _cancelled);
        await client.Clock.WaitForTimerAsync(_cancelled);

        client.Clock.Advance(TimeSpan.FromSeconds(2));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<AttemptTimeoutException>();
        client.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Counts_a_call_that_is_slow_though_it_succeeds()
    {
        CircuitClient? client = null;
        using var upstream = new StubHandler((_, _) => Answer(client!));
        using var _ = client = new(breaker => (breaker.ConsecutiveFailures, breaker.SlowCallDuration) = (1, TimeSpan.FromSeconds(3)), upstream);

        (await client.GetAsync("/", _cancelled)).Should().Be(200);

        client.Circuit.State.Should().Be(CircuitState.Open);

        static HttpResponseMessage Answer(CircuitClient client)
        {
            client.Clock.Advance(TimeSpan.FromSeconds(4));
            return new(HttpStatusCode.OK);
        }
    }

    [Fact]
    public void Protects_synchronous_calls_too()
    {
        using var upstream = new StubHandler(503);
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, upstream);
        client.Http.Send(new(HttpMethod.Get, "/"), _cancelled).Dispose();

        var second = () => client.Http.Send(new(HttpMethod.Get, "/"), _cancelled);

        second.Should().Throw<CircuitOpenException>();
        upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task Works_without_a_container()
    {
        var options = new CircuitBreakerOptions { ConsecutiveFailures = 1 };
        using var http = new HttpClient(new CircuitBreakerHandler(options) { InnerHandler = new StubHandler(503) });
        using var first = await http.GetAsync("http://upstream", _cancelled);

        var second = () => http.GetAsync("http://upstream", _cancelled);

        (await second.Should().ThrowAsync<HttpRequestException>()).WithMessage("Client '': the request was not sent, because the circuit for http://upstream:80 is open*");
    }
}
