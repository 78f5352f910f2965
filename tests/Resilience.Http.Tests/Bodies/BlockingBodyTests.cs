using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Whose time it is while a body is sent, whichever way its content waits: for its source or for the wire, blocking or not, in this attempt or in one before.</summary>
public sealed class BlockingBodyTests
{
    private readonly VirtualClock _clock = new() { LongestJump = TimeSpan.FromSeconds(4) };

    [Theory]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    public async Task Time_in_which_the_source_blocks_is_the_callers(double seconds, bool async)
    {
        using var upstream = new ReadingUpstream(new Wire(), cancelled => Pass(5 - seconds, cancelled));
        using var host = Host(upstream);

        var call = () => SendAsync(host, new BlockingContent(() => Pass(seconds)), async);

        (await call.Should().ThrowAsync<AttemptTimeoutException>()).Which.WaitedForRequestBody.Should().Be(seconds >= 5);
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Time_in_which_a_write_blocks_is_the_servers(bool yields)
    {
        using var upstream = new ReadingUpstream(new Wire(() => Pass(5)), cancelled => Pass(0, cancelled));
        using var host = Host(upstream);

        var call = () => SendAsync(host, new BlockingContent(() => { }, yields), async: true);

        (await call.Should().ThrowAsync<AttemptTimeoutException>()).Which.WaitedForRequestBody.Should().BeFalse();
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Theory]
    [InlineData(0.9, CircuitState.Open)]
    [InlineData(2, CircuitState.Closed)]
    public async Task A_connection_breaks_for_want_of_a_body_only_if_that_was_late(double seconds, CircuitState state)
    {
        using var upstream = new ReadingUpstream(new Wire(), _ => throw new HttpRequestException("reset"));
        using var host = Host(upstream);

        var call = () => SendAsync(host, new BlockingContent(() => Pass(seconds)), async: true);

        await call.Should().ThrowAsync<HttpRequestException>();
        host.Circuit.State.Should().Be(state);
    }

    [Theory]
    [InlineData(408, 2, CircuitState.Closed)]
    [InlineData(504, 0.9, CircuitState.Open)]
    [InlineData(503, 2, CircuitState.Open)]
    public async Task A_server_that_has_waited_for_a_body_in_vain_is_not_blamed(int status, double seconds, CircuitState state)
    {
        using var upstream = new ReadingUpstream(new Wire(), _ => { }, status);
        using var host = Host(upstream);

        using var response = await SendAsync(host, new BlockingContent(() => Pass(seconds)), async: true);

        host.Circuit.State.Should().Be(state);
    }

    [Theory]
    [InlineData(0, 2, CircuitState.Open)]
    [InlineData(2, 0, CircuitState.Closed)]
    public async Task A_call_is_not_slow_for_the_time_that_its_body_took(double source, double server, CircuitState state)
    {
        using var upstream = new ReadingUpstream(new Wire(), cancelled => Pass(server, cancelled), 200);
        using var host = Host(upstream);

        using var response = await SendAsync(host, new BlockingContent(() => Pass(source)), async: true);

        host.Circuit.State.Should().Be(state);
    }

    [Fact]
    public async Task Time_that_the_body_took_in_an_attempt_before_is_not_that_of_this_one()
    {
        using var upstream = new ReadingUpstream(new Wire(), cancelled => Pass(5, cancelled));
        using var host = new TestHost(
            client => client.AddRetry().AddHttpMessageHandler(() => new SendingTwice()).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream, clock: _clock);
        upstream.AnswerFirst = 404;

        var call = () => SendAsync(host, new BlockingContent(() => Pass(4), yields: true), async: true);

        await call.Should().ThrowAsync<CircuitOpenException>();
        upstream.Requests.Should().Be(2);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestHost host, HttpContent content, bool async)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/") { Content = content };
        return await host.SendAsync(request, async);
    }

    private TestHost Host(HttpMessageHandler upstream) => new(
        client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.SlowCallDuration) = (1, TimeSpan.FromSeconds(1.5))).AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream, clock: _clock);

    private void Pass(double seconds, CancellationToken cancellationToken = default)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class SendingTwice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using (await base.SendAsync(request, cancellationToken))
                return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Wire(Action? onWrite = null) : ForwardOnlyStream
    {
        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count) => onWrite?.Invoke();
    }
}
