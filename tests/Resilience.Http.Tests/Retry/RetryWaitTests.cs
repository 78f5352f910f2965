using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;

namespace Resilience.Http.Tests;

public sealed class RetryWaitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2", 2)]
    [InlineData("0", 0.25)]
    public async Task Waits_as_long_as_the_server_asks_if_it_asks_for_a_wait(string retryAfter, double seconds)
    {
        using var host = new TestHost(client => client.AddRetry(retry => (retry.Jitter, retry.MaxAdvisedDelay) = (Jitter.None, TimeSpan.FromSeconds(2))));
        host.Upstream.Answer(Response.Create().WithStatusCode(429).WithHeader("Retry-After", retryAfter), Response.Create().WithStatusCode(200));

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("2", 50, 4, 47)]
    [InlineData("3600", 50, 4, 47)]
    [InlineData("2", 1, 2, 0)]
    public async Task Waits_for_no_server_where_another_is_offered_but_pays_all_the_same(string retryAfter, int capacity, int attempts, double left)
    {
        var policy = new TestPolicy("Elsewhere", PolicyOrder.Inside("Retry", "every attempt goes elsewhere"))
        {
            Send = static (handler, sent) =>
            {
                sent.Attempt.OfferAnotherServer();
                return handler.SendOnAsync(sent);
            },
        };
        using var host = new TestHost(client => client.AddRetry(retry => retry.Budget!.Capacity = capacity).AddPolicy(policy));
        host.Upstream.Answer(Response.Create().WithStatusCode(503).WithHeader("Retry-After", retryAfter));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        host.Clock.Timers.Should().BeEmpty();
        request.GetRetryReport()!.Attempts.Should().Be(attempts);
        host.Inside.RetryBudgets.Should().ContainSingle().Which.Level.Should().Be(left);
    }

    [Theory]
    [InlineData("61")]
    [InlineData("4294968")]
    [InlineData("99999999999999999999")]
    public async Task Returns_at_once_what_it_has_when_the_server_asks_for_too_long_a_wait(string retryAfter)
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromHours(1)).AddRetry());
        host.Upstream.Answer(Response.Create().WithStatusCode(429).WithHeader("Retry-After", retryAfter), Response.Create().WithStatusCode(200));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.AdviceTooLong);
        host.Clock.Timers.Should().NotContain(wait => wait < TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("40")]
    [InlineData("30")]
    public async Task Never_starts_a_wait_that_would_not_end_before_the_deadline(string retryAfter)
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(30)).AddRetry(retry => retry.Jitter = Jitter.None));
        host.Upstream.Answer(Response.Create().WithStatusCode(503).WithHeader("Retry-After", retryAfter), Response.Create().WithStatusCode(200));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.DeadlineTooClose);
        host.Inside.RetryBudgets.Should().NotContain(budget => budget.Level < 50);
    }

    [Fact]
    public async Task Knows_a_timeout_that_was_registered_for_the_client()
    {
        using var host = new TestHost(client => client.AddRetry().ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(30)));
        host.Upstream.Answer(Response.Create().WithStatusCode(503).WithHeader("Retry-After", "40"), Response.Create().WithStatusCode(200));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.DeadlineTooClose);
    }

    [Fact]
    public async Task Is_not_shortened_by_what_another_instance_of_the_client_is_set_to()
    {
        using var host = new TestHost(client => client.AddRetry(retry => (retry.BaseDelay, retry.Jitter) = (TimeSpan.FromSeconds(1), Jitter.None)), primary: new ScriptedUpstream(429, 200));
        using var patient = host.Client;
        using var hasty = host.Client;
        hasty.Timeout = TimeSpan.FromMilliseconds(300);

        using var response = await patient.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    // A registration that reads a setting gives each client another timeout.
    [Fact]
    public async Task Is_not_shortened_by_what_another_instance_was_registered_with()
    {
        var timeout = TimeSpan.FromSeconds(5);
        using var host = new TestHost(
            client => client.AddRetry(retry => (retry.BaseDelay, retry.Jitter) = (TimeSpan.FromSeconds(1), Jitter.None)).Services.Configure<Microsoft.Extensions.Http.HttpClientFactoryOptions>(
                "test", options => options.HttpClientActions.Add(http => http.Timeout = timeout)),
            primary: new ScriptedUpstream(429, 200));
        using var patient = host.Client;
        timeout = TimeSpan.FromMilliseconds(300);
        using var hasty = host.Client;

        using var response = await patient.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <summary>The body is read first, to learn what it says of the key.</summary>
    [Fact]
    public async Task Has_less_time_left_after_it_has_read_what_an_answer_says_of_the_key()
    {
        var clock = new VirtualClock();
        using var upstream = new ScriptedUpstream((_, _) => new(HttpStatusCode.Conflict) { Content = new StreamContent(new SlowStream(clock)), Headers = { { "Retry-After", "4" } } });
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddIdempotencyKey(IdempotencyProfile.Stripe).AddRetry(retry => retry.Jitter = Jitter.None), primary: upstream, clock: clock);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.DeadlineTooClose));
    }

    /// <summary>Takes a second and a half.</summary>
    private sealed class SlowStream(VirtualClock clock) : MemoryStream("""{"error":{"code":"idempotency_key_in_use"}}"""u8.ToArray())
    {
        public override int Read(Span<byte> buffer)
        {
            if (Position == 0)
                clock.Advance(TimeSpan.FromSeconds(1.5));
            return base.Read(buffer);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
