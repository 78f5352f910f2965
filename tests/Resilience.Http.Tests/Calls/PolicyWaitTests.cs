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
        var upstream = new StubHandler(200);
        using var host = new TestHost(client => client.AddPolicy(Waiting(2, isInside)), primary: async ? upstream : new SynchronousOnly(upstream), clock: new());

        var sending = host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async);
        var requests = upstream.Requests;
        var waited = await host.PassAsync();
        using var response = await sending;

        (requests, waited, upstream.Requests).Should().Be((0, TimeSpan.FromSeconds(2), 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Nothing_is_waited_for_no_time(double seconds)
    {
        using var host = new TestHost(client => client.AddPolicy(Waiting(seconds)), primary: new StubHandler(200), clock: new());

        (await host.GetAsync()).Should().Be(200);

        host.Clock.Waits.Should().BeEmpty();
    }

    [Theory]
    [InlineData(2.999, true)]
    [InlineData(3, false)]
    [InlineData(500_000, false)]
    public async Task A_wait_that_would_miss_the_deadline_is_not_begun(double seconds, bool isSent)
    {
        var upstream = new StubHandler(200);
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(3)).AddPolicy(Waiting(seconds)), primary: upstream, clock: new() { AutoAdvance = true, LongestAutoAdvance = TimeSpan.FromSeconds(2.9999) });

        var thrown = await Record.ExceptionAsync(() => host.SendAsync(new(HttpMethod.Get, "http://upstream.test/")));

        (thrown is null, upstream.Requests).Should().Be((isSent, isSent ? 1 : 0));
        host.Clock.Now.Should().Be(isSent ? ControlledClock.Start.AddSeconds(seconds) : ControlledClock.Start);
        (thrown ?? new Unsent(OutcomeKind.RejectedByLimiter, default)).Should().BeOfType<Unsent>();
    }

    [Fact]
    public async Task Two_waits_must_not_miss_the_deadline_together()
    {
        var upstream = new StubHandler(200);
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddPolicy(Waiting(3)).AddPolicy(Waiting(3, name: "Other")), primary: upstream);

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<Unsent>();

        (upstream.Requests, host.Clock.Now).Should().Be((0, ControlledClock.Start.AddSeconds(3)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_leaves_ends_the_wait(bool async)
    {
        var upstream = new StubHandler(200);
        using var caller = new CancellationTokenSource();
        using var host = new TestHost(client => client.AddPolicy(Waiting(2)), primary: upstream, clock: new());

        var sending = host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async, caller.Token);
        await host.Clock.WaitForTimerAsync(Cancelled);
        await caller.CancelAsync();

        (await sending.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        upstream.Requests.Should().Be(0);
    }

    [Fact]
    public async Task The_time_of_an_outer_attempt_timeout_stands_still_meanwhile()
    {
        using var host = new TestHost(client => client.AddAttemptTimeout(TimeSpan.FromSeconds(1)).AddPolicy(Waiting(2)), primary: new StubHandler(200));

        (await host.GetAsync()).Should().Be(200);

        host.Clock.Now.Should().Be(ControlledClock.Start.AddSeconds(2));
    }

    [Fact]
    public async Task A_wait_is_not_the_servers_slowness()
    {
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.SlowCallDuration, breaker.ConsecutiveFailures) = (TimeSpan.FromSeconds(1), 1)).AddPolicy(Waiting(2)), primary: new StubHandler(200));

        await host.GetAsync();

        host.Clock.Waits.Should().Equal(TimeSpan.FromSeconds(2));
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task An_attempt_timeout_inside_begins_when_the_wait_is_over()
    {
        using var host = new TestHost(client => client.AddPolicy(Waiting(2)).AddAttemptTimeout(TimeSpan.FromSeconds(10)), primary: new StubHandler(200));

        await host.GetAsync();

        host.Clock.Waits.Should().Equal(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
    }

    private static TestPolicy Waiting(double seconds, bool isInside = true, string name = "Waiting") => new(name)
    {
        IsInside = isInside,
        Send = async (handler, sent) => await handler.PauseAsync(TimeSpan.FromSeconds(seconds), sent)
            ? await handler.SendOnAsync(sent)
            : await TestPolicy.Handler.RejectAsync(new Unsent(OutcomeKind.RejectedByLimiter, TimeSpan.FromSeconds(seconds))),
    };
}
