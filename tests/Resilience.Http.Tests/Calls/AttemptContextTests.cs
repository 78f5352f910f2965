using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What a policy may do with what it was given: as long as the attempt lasts everything, afterwards nothing.</summary>
public sealed class AttemptContextTests
{
    private AttemptContext _known;

    [Fact]
    public async Task Tells_of_the_call()
    {
        var (clock, seen) = (new VirtualClock(), new List<(int Number, bool IsAsync, bool IsKnown, TimeSpan Left, string Text)>());
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(9)).AddPolicy(Tells("Outer", isInside: false)).AddRetry(retry => retry.BaseDelay = TimeSpan.Zero).AddPolicy(Tells("Inner", isInside: true)),
            primary: new ScriptedUpstream(503, 200),
            clock: clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");

        using var response = await host.SendAsync(request, async: false);

        seen.Should().Equal((0, false, true, TimeSpan.FromSeconds(9), "call"), (1, false, true, TimeSpan.FromSeconds(9), "attempt 1"), (2, false, true, TimeSpan.FromSeconds(9), "attempt 2"));

        TestPolicy Tells(string name, bool isInside) => new(name)
        {
            IsInside = isInside,
            Send = (handler, call) =>
            {
                var (attempt, deadline) = (call.Attempt, call.Attempt.Deadline);
                seen.Add((attempt.Number, attempt.IsAsync, deadline.IsKnown, deadline.Left(clock.GetTimestamp()), $"{attempt}"));
                return handler.SendOnAsync(call);
            },
        };
    }

    [Fact]
    public async Task Knows_when_the_request_has_come_and_when_a_wait_was_over()
    {
        var (clock, reached) = (new VirtualClock(), new List<long>());
        using var host = new TestHost(client => client.AddPolicy(new TestPolicy("Waits") { Send = WaitAsync }).AddCircuitBreaker(), primary: new ScriptedUpstream(200), clock: clock);
        clock.Advance(TimeSpan.FromMinutes(1));
        var came = clock.GetTimestamp();

        await clock.AdvanceUntilAsync(host.GetAsync());

        reached.Should().Equal(came, came + (3 * clock.TimestampFrequency));

        async Task<HttpResponseMessage> WaitAsync(TestPolicy.Handler handler, TestPolicy.Sent call)
        {
            reached.Add(call.Attempt.ReachedAt);
            await handler.PauseAsync(TimeSpan.FromSeconds(3), call);
            reached.Add(call.Attempt.ReachedAt);
            return await handler.SendOnAsync(call);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_of_no_use_once_the_attempt_has_ended(bool isPooled)
    {
        using var host = new TestHost(client => client.AddPolicy(new TestPolicy("Keeps") { Send = Keep }).AddCircuitBreaker(), primary: new ScriptedUpstream(200), inRealTime: isPooled);

        await host.GetAsync();

        Uses.Should().AllSatisfy(use => use.Should().Throw<InvalidOperationException>().WithMessage("The attempt has ended;*"));
        _known.ToString().Should().Be("ended");
    }

    [Fact]
    public async Task Is_of_no_use_in_a_later_attempt_of_another_call()
    {
        var calls = 0;
        Exception? thrown = null;
        using var host = new TestHost(
            client => client.AddPolicy(new TestPolicy("Keeps")
            {
                Send = (handler, call) =>
                {
                    if (++calls == 2)
                        thrown = Record.Exception(() => _known.Join(new TestObserver((_, _) => { })));
                    return Keep(handler, call);
                },
            }),
            primary: new ScriptedUpstream(200),
            inRealTime: true);

        await host.GetAsync();
        await host.GetAsync();

        thrown.Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public void Is_of_no_use_when_it_was_made_of_nothing()
    {
        Uses.Should().AllSatisfy(use => use.Should().Throw<InvalidOperationException>());
        _known.ToString().Should().Be("ended");
    }

    [Fact]
    public async Task A_policy_that_sees_calls_cannot_join_an_attempt()
    {
        using var host = new TestHost(
            client => client.AddPolicy(new TestPolicy("Outside")
            {
                IsInside = false,
                Send = (handler, call) =>
                {
                    call.Attempt.Join(new TestObserver((_, _) => { }));
                    return handler.SendOnAsync(call);
                },
            }),
            primary: new ScriptedUpstream(200));

        var calling = () => host.GetAsync();

        await calling.Should().ThrowAsync<InvalidOperationException>().WithMessage("This policy does not take part in attempts*");
    }

    private IEnumerable<Action> Uses =>
    [
        () => _ = _known.Number,
        () => _ = _known.Deadline,
        () => _ = _known.ReachedAt,
        () => _known.Join(new TestObserver((_, _) => { })),
    ];

    private Task<HttpResponseMessage> Keep(TestPolicy.Handler handler, TestPolicy.Sent call)
    {
        _known = call.Attempt;
        return handler.SendOnAsync(call);
    }
}
