using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A policy that sends a request twice: for inner policies these are two attempts.</summary>
public sealed class MaySendAgainTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inner_policies_see_each_time_as_an_attempt_of_its_own(bool isInside)
    {
        var upstream = new ScriptedUpstream(503, 200);
        using var host = new TestHost(client => client.AddPolicy(Twice(isInside)).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: upstream);

        var calling = () => host.GetAsync();

        await calling.Should().ThrowAsync<CircuitOpenException>("the first answer has opened the circuit before the second request");
        upstream.Attempts.Count.Should().Be(1);
    }

    [Fact]
    public async Task Inner_policies_take_a_permit_each_time()
    {
        using var host = new TestHost(client => client.AddPolicy(Twice()).AddTokenBucket(bucket => bucket.PermitsPerSecond = 9), primary: new ScriptedUpstream(200));

        await host.GetAsync();

        host.Inside.TokenBuckets.Single().Level.Should().Be(7);
    }

    [Fact]
    public async Task Attempts_at_once_time_out_each_for_itself()
    {
        var requests = 0;
        using var host = new TestHost(
            client => client.AddPolicy(new TestPolicy("Hedge") { SendsAgain = true, Send = async (handler, sent) => await await Task.WhenAny(handler.SendOnAsync(sent), handler.SendOnAsync(sent)) })
                .AddAttemptTimeout(TimeSpan.FromSeconds(10)),
            primary: new ScriptedUpstream(async (_, cancelled) =>
            {
                if (++requests == 1)
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
                return new();
            }));

        (await host.GetAsync()).Should().Be(200);

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_attempt_that_covers_both_ends_once_with_the_answer_that_is_returned()
    {
        var ended = new List<(HttpStatusCode? Status, object? State)>();
        var observer = new TestObserver((result, state) => ended.Add((result.Outcome.Response?.StatusCode, state)));
        using var host = new TestHost(client => client.AddPolicy(Twice(observer: observer)).AddPolicy(Observing(observer)), primary: new ScriptedUpstream(503, 200));

        await host.GetAsync();

        ended.Should().Equal((HttpStatusCode.ServiceUnavailable, "inner"), (HttpStatusCode.OK, "inner"), (HttpStatusCode.OK, "outer"));
    }

    [Fact]
    public async Task Retries_cover_all_of_it()
    {
        var upstream = new ScriptedUpstream(503, 503, 200);
        using var host = new TestHost(client => client.AddRetry().AddPolicy(Twice()), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        (upstream.Attempts.Count, request.GetAttempt(), response.StatusCode).Should().Be((4, 2, HttpStatusCode.OK));
    }

    private static TestPolicy Twice(bool isInside = true, IAttemptObserver? observer = null) => new("Twice")
    {
        IsInside = isInside,
        SendsAgain = true,
        Send = async (handler, sent) =>
        {
            if (observer is not null)
                sent.Attempt.Join(observer, "outer");
            (await handler.SendOnAsync(sent)).Dispose();
            return await handler.SendOnAsync(sent);
        },
    };

    private static TestPolicy Observing(IAttemptObserver observer) => new("Observing")
    {
        Send = (handler, sent) =>
        {
            sent.Attempt.Join(observer, "inner");
            return handler.SendOnAsync(sent);
        },
    };
}
