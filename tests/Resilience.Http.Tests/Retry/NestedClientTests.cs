using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Handlers that call another resilient client: what that one rejects is another request.</summary>
public sealed class NestedClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_rejection_by_another_client_is_no_proof_that_this_request_was_not_sent(bool offered, bool limited)
    {
        using var other = new TestHost(client => client.AddCircuitBreaker().AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.PartitionBy, bucket.QueueLimit) = (0.001, static _ => "audit", 0)), primary: new ScriptedUpstream(200));
        if (limited)
            await other.GetAsync("http://audit.test/");
        else
            other.Inside.GetCircuit("http://audit.test").Isolate();
        var servers = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = (handler, call) =>
            {
                if (offered)
                    call.Attempt.OfferAnotherServer();
                return handler.SendOnAsync(call);
            },
        };
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddRetry().AddPolicy(servers).AddHttpMessageHandler(() => new Audits(other)), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(request, Cancelled));

        failure.Should().BeAssignableTo<ResilienceException>().Which.Kind.IsRejection.Should().BeTrue();
        upstream.Attempts.Should().ContainSingle();
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 4)]
    public async Task A_limit_that_another_client_has_met_is_no_proof_either(string method, int sent)
    {
        using var other = new TestHost(client => client.AddProblemDetails(problems => problems.Mode = ProblemDetailsMode.Throw), primary: new ScriptedUpstream(429, 429, 429, 429));
        var upstream = new ScriptedUpstream(200, 200, 200, 200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Audits(other)), primary: upstream);
        using var request = new HttpRequestMessage(new(method), "/");

        await host.Awaiting(it => it.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<ProblemDetailsException>();

        upstream.Attempts.Should().HaveCount(sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_of_another_clients_server_is_not_this_servers(bool isWrapped)
    {
        using var other = new TestHost(client => client.AddProblemDetails(problems => problems.Mode = ProblemDetailsMode.Throw), primary: new ScriptedUpstream(503));
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddHttpMessageHandler(() => new Audits(other, isWrapped)), primary: new ScriptedUpstream(200));

        await host.Awaiting(it => it.GetAsync()).Should().ThrowAsync<HttpRequestException>();

        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task A_timeout_of_another_client_is_not_this_servers()
    {
        var hanging = new ScriptedUpstream(async (_, cancelled) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        using var other = new TestHost(client => client.AddAttemptTimeout(TimeSpan.FromSeconds(2)), primary: hanging);
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddHttpMessageHandler(() => new Audits(other)), primary: new ScriptedUpstream(200));

        await host.Awaiting(it => it.GetAsync()).Should().ThrowAsync<AttemptTimeoutException>();

        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    // Which looks like another request, but leads to the same server.
    [Fact]
    public async Task A_failure_of_a_copy_that_a_handler_sends_on_is_this_servers()
    {
        var timeouts = new TestPolicy("Timeouts", PolicyOrder.Inside("CircuitBreaker", "it is the server's fault")) { Send = static (_, _) => Task.FromException<HttpResponseMessage>(new AttemptTimeoutException("test", TimeSpan.FromSeconds(1))) };
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddHttpMessageHandler(() => new Copies()).AddPolicy(timeouts), primary: new ScriptedUpstream(200));

        await host.Awaiting(it => it.GetAsync()).Should().ThrowAsync<AttemptTimeoutException>();

        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    private sealed class Copies : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => base.SendAsync(new(request.Method, request.RequestUri), cancellationToken);
    }

    private sealed class Audits(TestHost other, bool wraps = false) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            try
            {
                using var audit = await other.Client.PostAsync("http://audit.test/", null, cancellationToken);
                return response;
            }
            catch (ResilienceException e) when (wraps)
            {
                throw new HttpRequestException("There is no audit.", e);
            }
        }
    }
}
