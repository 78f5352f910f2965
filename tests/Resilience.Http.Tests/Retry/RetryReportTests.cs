using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class RetryReportTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leaves_a_call_without_failures_alone()
    {
        using var host = new TestHost(client => client.AddRetry());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.GetRetryReport().Should().BeNull();
        host.Log.Lines.Should().BeEmpty();
        ((IDictionary<string, object?>)request.Options).Should().BeEmpty();
    }

    [Fact]
    public async Task Says_in_one_line_what_a_call_that_needed_help_went_through()
    {
        using var host = new TestHost(client => client.AddRetry());
        host.Upstream.Answer(503, 503, 200);

        using var response = await host.Client.GetAsync("/secret?token=hidden", Cancelled);

        host.Log.Lines.Should().ContainSingle().Which.Should().Match("Information 100: Client 'test': GET localhost:* ended in 200 after * s; attempts sent: 3; earlier outcomes: 503, 503; stopped: Final.").And.NotContain("secret").And.NotContain("hidden");
    }

    [Fact]
    public async Task Counts_in_its_line_only_the_attempts_that_were_sent()
    {
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1));
        host.Upstream.Answer(503);

        await host.Client.Awaiting(client => client.GetAsync("/", Cancelled)).Should().ThrowAsync<CircuitOpenException>();

        host.Log.Lines.Should().ContainSingle(line => line.StartsWith("Warning 100", StringComparison.Ordinal)).Which.Should().EndWith("attempts sent: 1; earlier outcomes: 503; stopped: Rejected.");
    }

    [Fact]
    public async Task Says_so_when_the_total_timeout_ended_the_call()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.Zero), primary: FailsAndThenHangs(), clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));

        var sending = host.Client.SendAsync(request, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        await sending.Awaiting(call => call).Should().ThrowAsync<TotalTimeoutException>();
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(2, RetryStopReason.DeadlinePassed));
        host.Log.Lines.Should().ContainSingle().Which.Should().Match("Warning 100: * ended in Timeout after 2.000 s; attempts sent: 2; earlier outcomes: 503*DeadlinePassed.");
    }

    [Fact]
    public async Task Has_nothing_to_log_when_the_caller_gave_up()
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(2)).AddRetry(retry => retry.BaseDelay = TimeSpan.Zero), primary: FailsAndThenHangs(), clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        using var caller = new CancellationTokenSource();

        var sending = host.Client.SendAsync(request, caller.Token);
        host.Clock.Advance(TimeSpan.FromSeconds(1.949));
        await caller.CancelAsync();

        await sending.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>();
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(2, RetryStopReason.Cancelled));
        host.Log.Lines.Should().BeEmpty();
    }

    [Fact]
    public async Task Knows_the_caller_from_a_timeout_of_the_request_to_the_tick()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.Zero), primary: FailsAndThenHangs(), clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromMilliseconds(40));
        using var caller = new CancellationTokenSource();

        var sending = host.Client.SendAsync(request, caller.Token);
        host.Clock.Advance(TimeSpan.FromMilliseconds(39.999));
        await caller.CancelAsync();

        await sending.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>();
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(2, RetryStopReason.Cancelled));
    }

    [Fact]
    public async Task Tells_of_every_retry_and_survives_what_the_callback_throws()
    {
        var told = new List<(OutcomeKind, int)>();
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.OnRetry = e =>
            {
                told.Add((e.Outcome.Kind, e.Attempt));
                throw new InvalidOperationException("a bug in the callback");
            }));
        host.Upstream.Answer(503, 429, 200);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        told.Should().Equal((OutcomeKind.Unavailable, 2), (OutcomeKind.Throttled, 3));
    }

    private static ScriptedUpstream FailsAndThenHangs()
    {
        var requests = 0;
        return new(async (_, cancelled) =>
        {
            if (++requests > 1)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new(HttpStatusCode.ServiceUnavailable);
        });
    }
}
