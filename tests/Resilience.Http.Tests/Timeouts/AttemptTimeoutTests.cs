using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class AttemptTimeoutTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ends_an_attempt_that_takes_too_long()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(client => client.AddAttemptTimeout(TimeSpan.FromSeconds(5)), upstream.Url, clock: new VirtualClock());

        var sending = host.Client.GetAsync("/", Cancelled);
        await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        var thrown = await sending.Invoking(call => call).Should().ThrowAsync<AttemptTimeoutException>();
        thrown.WithMessage("Client 'test': the attempt did not end within 5 s.").Which.Should().BeEquivalentTo(new { Timeout = TimeSpan.FromSeconds(5), Attempts = 1 });
    }

    [Fact]
    public async Task Is_a_failed_attempt_for_retry()
    {
        var arrived = new TaskCompletionSource();
        var upstream = new ScriptedUpstream(HangOnce(arrived));
        using var host = new TestHost(client => client.AddRetry().AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream);

        var sending = host.Client.GetAsync("/", Cancelled);
        await arrived.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        (await sending).IsSuccessStatusCode.Should().BeTrue();
        upstream.Attempts.Should().HaveCount(2);
    }

    [Fact]
    public async Task Without_a_handler_to_send_by_fails_as_every_handler_does()
    {
        using var client = new HttpMessageInvoker(new AttemptTimeoutHandler(new AttemptTimeoutOptions()));

        var sending = () => client.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        await sending.Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Says_of_how_many_attempts_it_ended_the_last()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 2).AddAttemptTimeout(TimeSpan.FromSeconds(1)), primary: new ScriptedUpstream(HangAsync));

        var sending = () => host.Client.GetAsync("/", Cancelled);

        await sending.Should().ThrowAsync<AttemptTimeoutException>().WithMessage("Client 'test': the last of 3 attempts did not end within 1 s.");
    }

    [Fact]
    public async Task Leaves_the_callers_cancellation_the_callers()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(client => client.AddAttemptTimeout(), upstream.Url, clock: new VirtualClock());
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        var sending = host.Invoker.SendAsync(request, caller.Token);
        await host.Clock.WaitForTimerAsync(Cancelled);
        await caller.CancelAsync();

        (await sending.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
    }

    [Fact]
    public async Task Is_recognised_through_a_handler_that_links_the_token()
    {
        var arrived = new TaskCompletionSource();
        using var host = new TestHost(
            client => client.AddRetry().AddAttemptTimeout(TimeSpan.FromSeconds(5)).AddHttpMessageHandler(() => new LinkingHandler()), primary: new ScriptedUpstream(HangOnce(arrived)));

        var sending = host.Client.GetAsync("/", Cancelled);
        await arrived.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        (await sending).IsSuccessStatusCode.Should().BeTrue();
    }

    [Fact]
    public async Task Gives_the_last_attempt_no_more_than_the_call_has_left()
    {
        var (requests, arrived) = (0, new TaskCompletionSource());
        var upstream = new ScriptedUpstream(async (_, cancelled) =>
        {
            if (++requests == 1)
                return new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable);
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new HttpResponseMessage();
        });
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(6)).AddRetry(retry => retry.MaxRetries = 1).AddAttemptTimeout(TimeSpan.FromSeconds(20)), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");

        var sending = host.Invoker.SendAsync(request, Cancelled);
        await arrived.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(6));

        (await sending.Invoking(call => call).Should().ThrowAsync<TotalTimeoutException>()).Which.Attempts.Should().Be(2);
    }

    [Fact]
    public async Task Works_without_a_container()
    {
        var clockless = new AttemptTimeoutHandler(new AttemptTimeoutOptions { Timeout = TimeSpan.FromSeconds(30) }) { InnerHandler = new ScriptedUpstream(200) };
        using var invoker = new HttpMessageInvoker(clockless);

        using var response = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        response.IsSuccessStatusCode.Should().BeTrue();
    }

    [Fact]
    public async Task Does_not_count_the_wait_for_a_permit()
    {
        using var host = new TestHost(
            client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (0.5, 1)).AddAttemptTimeout(TimeSpan.FromSeconds(10)),
            primary: new ScriptedUpstream(200));

        using var first = await host.Client.GetAsync("/", Cancelled);
        using var second = await host.Client.GetAsync("/", Cancelled);

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(0.05, 30)]
    [InlineData(30, 0.05)]
    public async Task The_shorter_of_two_that_stand_next_to_each_other_counts(double outer, double inner)
    {
        using var upstream = new ScriptedUpstream(HangOnce(new()));
        using var timeouts = Timeouts(outer, Timeouts(inner, upstream));
        using var client = new HttpClient(timeouts) { Timeout = TimeSpan.FromSeconds(10) };

        var sending = () => client.GetAsync("http://stub/", Cancelled);

        await sending.Should().ThrowAsync<AttemptTimeoutException>();
    }

    private static async Task<HttpResponseMessage> HangAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
        return new();
    }

    private static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> HangOnce(TaskCompletionSource arrived) => async (_, cancelled) =>
    {
        if (arrived.TrySetResult())
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
        return new HttpResponseMessage();
    };

    private static AttemptTimeoutHandler Timeouts(double seconds, HttpMessageHandler inner)
        => new(new AttemptTimeoutOptions { Timeout = TimeSpan.FromSeconds(seconds) }) { InnerHandler = inner };

    private sealed class LinkingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            return await base.SendAsync(request, linked.Token);
        }
    }
}
