using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The exceptions of this library as anybody can make them, for tests of what catches them.</summary>
public sealed class ResilienceExceptionTests
{
    [Theory]
    [InlineData(CircuitState.Open, "is open after too many failures; try again in 2.5 s")]
    [InlineData(CircuitState.HalfOpen, "is half-open*")]
    [InlineData(CircuitState.Isolated, "is isolated*")]
    public void An_open_circuit(CircuitState state, string explanation)
    {
        var thrown = new CircuitOpenException("api", "https://api.test:443", state, TimeSpan.FromSeconds(2.5));

        thrown.Should().BeEquivalentTo(new { Client = "api", Partition = "https://api.test:443", State = state, RetryAfter = TimeSpan.FromSeconds(2.5), Kind = OutcomeKind.CircuitOpen, Attempts = 0, WasRejected = true });
        thrown.Message.Should().Match($"Client 'api': the request was not sent, because the circuit for https://api.test:443 {explanation}.");
    }

    [Theory]
    [InlineData("*", RateLimitReason.QueueFull, "the queue for the client's bucket is full")]
    [InlineData("a", RateLimitReason.WouldMissDeadline, "its permit from the bucket of a would take longer than the call has left")]
    [InlineData("a", RateLimitReason.QueueTimeTooLong, "its permit from the bucket of a would take longer than MaxQueueTime allows")]
    [InlineData("a", RateLimitReason.PausedByServer, "the bucket of a is paused, as the server asked")]
    [InlineData("*", RateLimitReason.Rejected, "the rate limiter rejected it")]
    public void A_limit_of_the_client(string partition, RateLimitReason reason, string explanation)
    {
        var thrown = new RateLimitedException("api", partition, reason, TimeSpan.FromSeconds(2.5));

        thrown.Should().BeEquivalentTo(new { Client = "api", Partition = partition, Reason = reason, RetryAfter = TimeSpan.FromSeconds(2.5), Kind = OutcomeKind.RejectedByLimiter, Attempts = 0, WasRejected = true });
        thrown.Message.Should().Be($"Client 'api': the request was not sent, because {explanation}; try again in 2.5 s.");
    }

    [Fact]
    public void Timeouts()
    {
        var inner = new HttpRequestException(HttpRequestError.ConnectionError);
        var expected = new { Timeout = TimeSpan.FromSeconds(2.5), Kind = OutcomeKind.Timeout, Attempts = 1, WasRejected = false, RetryAfter = (TimeSpan?)null, InnerException = inner, HttpRequestError = HttpRequestError.ConnectionError };

        new AttemptTimeoutException("api", TimeSpan.FromSeconds(2.5), inner).Should().BeEquivalentTo(expected).And.Match<Exception>(thrown => thrown.Message == "Client 'api': the attempt did not end within 2.5 s.");
        new TotalTimeoutException("api", TimeSpan.FromSeconds(2.5), inner).Should().BeEquivalentTo(expected).And.Match<Exception>(thrown => thrown.Message == "Client 'api': the call did not end within 2.5 s; it sent 1 attempt.");
        new AttemptTimeoutException("api", TimeSpan.Zero).InnerException.Should().BeNull();
    }

    [Fact]
    public void A_problem()
    {
        var problem = new Problem { Status = HttpStatusCode.Conflict, Title = "Taken", Kind = OutcomeKind.Conflict, RetryAfter = TimeSpan.FromSeconds(2.5) };

        var thrown = new ProblemDetailsException(problem);

        thrown.Should().BeEquivalentTo(new { Problem = problem, StatusCode = HttpStatusCode.Conflict, Kind = OutcomeKind.Conflict, RetryAfter = TimeSpan.FromSeconds(2.5), Attempts = 1, WasRejected = false });
        thrown.Message.Should().Be("The server answered 409 Conflict: Taken.");
    }

    [Theory]
    [InlineData(OutcomeKind.InvalidRequest)]
    [InlineData(OutcomeKind.Unavailable)]
    [InlineData(OutcomeKind.RejectedByLimiter)]
    public async Task What_a_policy_rejects_was_not_sent_whatever_its_kind(OutcomeKind kind)
    {
        var rejecting = new TestPolicy("Rejecting") { Send = (_, _) => TestPolicy.Handler.RejectAsync(new Unsent(kind, default)) };
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 0).AddPolicy(rejecting), primary: new ScriptedUpstream(200));

        var thrown = (await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<Unsent>()).Which;

        (thrown.Kind, thrown.WasRejected, thrown.Attempts).Should().Be((kind, true, 0));
    }

    [Fact]
    public void Each_is_what_its_kind_says_for_rules_of_ones_own()
    {
        using var request = new HttpRequestMessage();
        var rejected = new AttemptResult(request, Outcome.FromException(new RateLimitedException("api", "*", RateLimitReason.QueueFull, null)), attempt: 2);
        var timedOut = new AttemptResult(request, Outcome.FromException(new AttemptTimeoutException("api", TimeSpan.FromSeconds(1))));

        (rejected.Request, rejected.Attempt, rejected.Outcome.Kind, rejected.Outcome.WasNeverProcessed).Should().Be((request, 2, OutcomeKind.RejectedByLimiter, true));
        (timedOut.Request, timedOut.Attempt, timedOut.Outcome.Kind, timedOut.Outcome.WasNeverProcessed).Should().Be((request, 1, OutcomeKind.Timeout, false));
    }
}
