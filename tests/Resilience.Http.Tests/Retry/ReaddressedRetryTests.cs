using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Attempts that are rejected where a handler between retry and the breaker has sent them.</summary>
public sealed class ReaddressedRetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_rejection_elsewhere_costs_neither_wait_nor_budget_and_is_no_attempt_that_was_sent(int maxRetries)
    {
        using var host = Host(maxRetries, "a.test", "b.test");
        host.Inside.GetCircuit("http://a.test").Isolate();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        ((int)response.StatusCode).Should().Be(200);
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.Final));
        host.Clock.Timers.Should().BeEmpty();
        host.Inside.RetryBudgets.Should().OnlyContain(budget => budget.Level == 50);
    }

    [Theory]
    [InlineData(1, RetryStopReason.AttemptsUsedUp)]
    [InlineData(100, RetryStopReason.Rejected)]
    public async Task Rejections_elsewhere_are_bounded(int maxRetries, RetryStopReason reason)
    {
        using var host = Host(maxRetries, "a.test");
        host.Inside.GetCircuit("http://a.test").Isolate();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        var rejected = await host.Awaiting(it => it.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<CircuitOpenException>();

        rejected.Which.Attempts.Should().Be(0);
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(0, reason));
    }

    [Fact]
    public async Task A_rejection_at_the_address_that_retry_sent_is_final()
    {
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Readdresses("upstream.test")).AddResilience().AddCircuitBreaker(), primary: upstream);
        host.Inside.GetCircuit("http://upstream.test").Isolate();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        await host.Awaiting(it => it.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<CircuitOpenException>();

        request.GetRetryReport().Should().BeNull();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_rejection_by_one_of_several_servers_goes_to_the_next_at_once(bool offered, int sent)
    {
        var policy = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = (handler, call) =>
            {
                call.Request.RequestUri = new($"http://server{call.Attempt.Number}.test/");
                if (offered)
                    call.Attempt.OfferAnotherServer();
                return handler.SendOnAsync(call);
            },
        };
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddRetry().AddPolicy(policy).AddCircuitBreaker(), primary: upstream);
        host.Inside.GetCircuit("http://server1.test").Isolate();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        await Record.ExceptionAsync(() => host.Client.SendAsync(request, Cancelled));

        upstream.Attempts.Count.Should().Be(sent);
        host.Clock.Timers.Should().BeEmpty();
        host.Inside.RetryBudgets.Should().NotContain(budget => budget.Level < 50);
    }

    [Theory]
    [InlineData(1000, 200)]
    [InlineData(10, 0)]
    public async Task A_body_that_was_read_before_its_request_was_rejected_goes_on_only_if_it_was_copied(int limit, int status)
    {
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.MaxBufferedRequestBytes = limit).AddHttpMessageHandler(() => new Readdresses("a.test", "b.test")).AddHttpMessageHandler(() => new Signing()).AddResilience().AddCircuitBreaker(),
            primary: upstream);
        host.Inside.GetCircuit("http://a.test").Isolate();
        using var content = new StreamContent(new OneShotStream("one pizza, with everything"u8.ToArray()));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };

        var failure = await Record.ExceptionAsync(async () => (await host.Client.SendAsync(request, Cancelled)).Dispose());

        upstream.Attempts.Select(attempt => attempt.Text).Should().AllBe("one pizza, with everything").And.HaveCount(status == 200 ? 1 : 0);
        (failure is CircuitOpenException).Should().Be(status != 200);
        request.GetRetryReport()!.Reason.Should().Be(status == 200 ? RetryStopReason.Final : RetryStopReason.BodyNotReplayable);
    }

    [Theory]
    [InlineData("http://server1.test/", CircuitState.Open)]
    [InlineData("http://elsewhere.test/", CircuitState.Closed)]
    public async Task A_failure_of_the_server_that_a_policy_chose_is_its_own(string answering, CircuitState state)
    {
        var policy = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = (handler, call) =>
            {
                call.Request.RequestUri = new("http://server1.test/");
                return handler.SendOnAsync(call);
            },
        };
        var upstream = new ScriptedUpstream((request, _) =>
        {
            request.RequestUri = new(answering);
            return new(System.Net.HttpStatusCode.ServiceUnavailable);
        });
        using var host = new TestHost(client => client.AddRetry().AddPolicy(policy).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: upstream);

        using var response = await host.Client.PostAsync("/", null, Cancelled);

        host.Circuit.ToString().Should().Be($"http://server1.test:80: {state}");
    }

    [Fact]
    public async Task A_redirect_that_was_put_back_on_the_way_out_is_blamed_on_nobody()
    {
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddHttpMessageHandler(() => new Readdresses("a.test")).AddResilience().AddAttemptTimeout(),
            primary: new ScriptedUpstream((request, _) =>
            {
                // As the transport does when it follows a redirect.
                request.RequestUri = new("http://dead.test/");
                return new(System.Net.HttpStatusCode.ServiceUnavailable);
            }));

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.Circuits.Single().State.Should().Be(CircuitState.Closed);
    }

    private static TestHost Host(int maxRetries, params string[] hosts) => new(
        client => client.AddRetry(retry => retry.MaxRetries = maxRetries).AddHttpMessageHandler(() => new Readdresses(hosts)).AddResilience().AddCircuitBreaker(),
        primary: new ScriptedUpstream(200));

    private sealed class Signing : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.LoadIntoBufferAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Sends each attempt to the next host, and puts the address back.</summary>
    private sealed class Readdresses(params string[] hosts) : DelegatingHandler
    {
        private int _sent = -1;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var written = request.RequestUri!;
            request.RequestUri = new UriBuilder(written) { Host = hosts[Interlocked.Increment(ref _sent) % hosts.Length] }.Uri;
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = written;
            }
        }
    }
}
