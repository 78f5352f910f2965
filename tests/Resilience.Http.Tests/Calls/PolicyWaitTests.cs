using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Policies that hold a request back for a while.</summary>
public sealed class PolicyWaitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_request_is_sent_when_the_wait_is_over(bool isInside, bool async)
    {
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddPolicy(Waiting(2, isInside)), primary: async ? upstream : new SynchronousOnly(upstream), clock: new());

        var sending = host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async);
        var requests = upstream.Attempts.Count;
        var waited = await host.PassAsync();
        using var response = await sending;

        (requests, waited, upstream.Attempts.Count).Should().Be((0, TimeSpan.FromSeconds(2), 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Nothing_is_waited_for_no_time(double seconds)
    {
        using var host = new TestHost(client => client.AddPolicy(Waiting(seconds)), primary: new ScriptedUpstream(200), clock: new());

        (await host.GetAsync()).Should().Be(200);

        host.Clock.Timers.Should().BeEmpty();
    }

    [Theory]
    [InlineData(2.999, true)]
    [InlineData(3, false)]
    [InlineData(500_000, false)]
    public async Task A_wait_that_would_miss_the_deadline_is_not_begun(double seconds, bool isSent)
    {
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(3)).AddPolicy(Waiting(seconds)), primary: upstream, clock: new() { LongestJump = TimeSpan.FromSeconds(2.9999) });

        var thrown = await Record.ExceptionAsync(() => host.SendAsync(new(HttpMethod.Get, "http://upstream.test/")));

        (thrown is null, upstream.Attempts.Count).Should().Be((isSent, isSent ? 1 : 0));
        host.Clock.GetUtcNow().Should().Be(isSent ? TestHost.Start.AddSeconds(seconds) : TestHost.Start);
        (thrown ?? new Unsent(OutcomeKind.RejectedByLimiter, default)).Should().BeOfType<Unsent>();
    }

    [Fact]
    public async Task Two_waits_must_not_miss_the_deadline_together()
    {
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddPolicy(Waiting(3)).AddPolicy(Waiting(3, name: "Other")), primary: upstream);

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<Unsent>();

        (upstream.Attempts.Count, host.Clock.GetUtcNow()).Should().Be((0, TestHost.Start.AddSeconds(3)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_leaves_ends_the_wait(bool async)
    {
        var upstream = new ScriptedUpstream(200);
        using var caller = new CancellationTokenSource();
        using var host = new TestHost(client => client.AddPolicy(Waiting(2)), primary: upstream, clock: new());

        var sending = host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async, caller.Token);
        await host.Clock.WaitForTimerAsync(Cancelled);
        await caller.CancelAsync();

        (await sending.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        upstream.Attempts.Count.Should().Be(0);
    }

    [Fact]
    public async Task An_outer_timeout_ends_the_wait()
    {
        using var host = new TestHost(client => client.AddAttemptTimeout(TimeSpan.FromSeconds(1)).AddPolicy(Waiting(2)), primary: new ScriptedUpstream(200), clock: new());

        var sending = host.GetAsync();
        (await host.PassAsync()).Should().Be(TimeSpan.FromSeconds(1));

        await sending.Awaiting(call => call).Should().ThrowAsync<AttemptTimeoutException>();
    }

    [Fact]
    public async Task A_wait_is_not_the_servers_slowness()
    {
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.SlowCallDuration, breaker.ConsecutiveFailures) = (TimeSpan.FromSeconds(1), 1)).AddPolicy(Waiting(2)), primary: new ScriptedUpstream(200));

        await host.GetAsync();

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(2));
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task An_attempt_timeout_inside_begins_when_the_wait_is_over()
    {
        using var host = new TestHost(client => client.AddPolicy(Waiting(2)).AddAttemptTimeout(TimeSpan.FromSeconds(10)), primary: new ScriptedUpstream(200));

        await host.GetAsync();

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
    }

    private static TestPolicy Waiting(double seconds, bool isInside = true, string name = "Waiting") => new(name)
    {
        IsInside = isInside,
        Send = async (handler, sent) => await handler.PauseAsync(TimeSpan.FromSeconds(seconds), sent)
            ? await handler.SendOnAsync(sent)
            : await TestPolicy.Handler.RejectAsync(new Unsent(OutcomeKind.RejectedByLimiter, TimeSpan.FromSeconds(seconds))),
    };
}
