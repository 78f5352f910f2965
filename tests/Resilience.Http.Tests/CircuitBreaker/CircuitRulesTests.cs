using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CircuitRulesTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, false)]
    [InlineData(304, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(409, false)]
    [InlineData(425, false)]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(501, false)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(505, false)]
    [InlineData(507, true)]
    [InlineData(529, true)]
    public void Statuses_that_are_failures(int status, bool expected)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);

        Judge(Outcome.FromResponse(response)).Should().Be(expected ? CircuitVerdict.Failure : CircuitVerdict.Success);
    }

    public static TheoryData<Exception, bool> Exceptions => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError), true },
        { new HttpRequestException(HttpRequestError.ResponseEnded), true },
        { new IOException("reset"), true },
        { new TaskCanceledException("connect timeout", new TimeoutException()), true },
        { new HttpRequestException("thrown further in", null, HttpStatusCode.BadGateway), true },
        { new InvalidOperationException("the stream was already consumed"), false },
        { new HttpRequestException("forbidden", null, HttpStatusCode.Forbidden), false },
        { new CircuitOpenException("api", "http://upstream:80", CircuitState.Open, null), false },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void Exceptions_that_are_failures_and_those_that_say_nothing(Exception exception, bool expected)
    {
        Judge(Outcome.FromException(exception)).Should().Be(expected ? CircuitVerdict.Failure : CircuitVerdict.Neutral);
    }

    [Fact]
    public void Cancellation_by_the_caller_says_nothing_however_slow_and_whatever_the_rule()
    {
        var outcome = Outcome.FromException(new HttpRequestException(HttpRequestError.ResponseEnded), isCancelled: true);

        var verdict = CircuitRules.Judge(Result(outcome), TimeSpan.FromHours(1), new() { SlowCallDuration = TimeSpan.FromSeconds(1), IsFailure = _ => true });

        verdict.Should().Be(CircuitVerdict.Neutral);
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.OK, false)]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    public void What_the_users_rule_leaves_open_its_own_decides(HttpStatusCode status, bool expected)
    {
        using var response = new HttpResponseMessage(status);
        var options = new CircuitBreakerOptions { IsFailure = result => result.Outcome.Response is { StatusCode: HttpStatusCode.NoContent } ? true : null };

        CircuitRules.Judge(Result(Outcome.FromResponse(response)), TimeSpan.Zero, options).Should().Be(expected ? CircuitVerdict.Failure : CircuitVerdict.Success);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(3.001, true)]
    public void Slow_calls_are_failures_where_that_is_asked_for(double seconds, bool expected)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        var options = new CircuitBreakerOptions { SlowCallDuration = TimeSpan.FromSeconds(3) };

        CircuitRules.Judge(Result(Outcome.FromResponse(response)), TimeSpan.FromSeconds(seconds), options).Should().Be(expected ? CircuitVerdict.Failure : CircuitVerdict.Success);
    }

    [Fact]
    public async Task Rule_of_the_user_replaces_the_table()
    {
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.IsFailure) = (1, result => result.Outcome.Kind is OutcomeKind.NotFound)), primary: new ScriptedUpstream(503, 404));

        await host.GetAsync();
        host.Circuit.State.Should().Be(CircuitState.Closed);
        await host.GetAsync();

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Rule_that_throws_leaves_neither_a_place_taken_nor_a_response_open()
    {
        using var upstream = new ScriptedUpstream(503, 200);
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.Probes, breaker.IsFailure) = (1, 1, result => result.Outcome.IsSuccess ? throw new InvalidOperationException("rule") : true)),
            primary: upstream);
        await host.GetAsync();
        host.Clock.Advance(CircuitBench.FirstBreak);

        for (var probe = 0; probe < 2; probe++)
            await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("rule");

        host.Circuit.State.Should().Be(CircuitState.HalfOpen);
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true, true, true);
    }

    [Fact]
    public async Task Refusals_of_a_circuit_further_in_count_neither_way()
    {
        var inner = new CircuitBreakerHandler(new CircuitBreakerOptions() { ConsecutiveFailures = 1, BreakDuration = TimeSpan.FromHours(1), MaxBreakDuration = TimeSpan.FromHours(1) })
        {
            InnerHandler = new ScriptedUpstream(503),
        };
        using var http = new HttpClient(new CircuitBreakerHandler(new CircuitBreakerOptions() { ConsecutiveFailures = 2 }) { InnerHandler = inner });
        using var first = await http.GetAsync("http://upstream", _cancelled);

        for (var call = 0; call < 5; call++)
        {
            var refusal = await FluentActions.Awaiting(() => http.GetAsync("http://upstream", _cancelled)).Should().ThrowAsync<CircuitOpenException>();
            refusal.Which.RetryAfter.Should().BeGreaterThan(TimeSpan.FromMinutes(50), "it is the inner circuit that refuses");
        }
    }

    private static CircuitVerdict Judge(in Outcome outcome) => CircuitRules.Judge(Result(outcome), TimeSpan.Zero, new());

    private static AttemptResult Result(in Outcome outcome) => new(new HttpRequestMessage(), outcome);
}
