using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Calls under way while the state of their circuit changes.</summary>
public sealed class CircuitBreakerProbeTests : IDisposable
{
    private readonly Queue<TaskCompletionSource<HttpResponseMessage>> _pending = new();
    private readonly ScriptedUpstream _upstream;
    private readonly TestHost _host;

    public CircuitBreakerProbeTests()
    {
        _upstream = new(Answer);
        _host = new(client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (1, 1)), primary: _upstream, clock: new());
    }

    public void Dispose()
    {
        _host.Dispose();
        _upstream.Dispose();
    }

    [Fact]
    public async Task Cancelled_probe_neither_closes_nor_opens_and_gives_its_place_back()
    {
        await FailAsync();
        _host.Clock.Advance(CircuitBench.FirstBreak);
        using var caller = new CancellationTokenSource();
        var probe = _host.GetAsync(cancelled: caller.Token);

        await caller.CancelAsync();
        await FluentActions.Awaiting(() => probe).Should().ThrowAsync<OperationCanceledException>();

        _host.Circuit.State.Should().Be(CircuitState.HalfOpen);
        await SucceedAsync();
        _host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Call_whose_time_ran_out_while_it_waited_for_the_server_counts_as_a_failure()
    {
        var call = _host.GetAsync(configure: request => request.SetTimeout(TimeSpan.FromSeconds(1)));

        _host.Clock.Advance(TimeSpan.FromSeconds(1));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<TotalTimeoutException>();
        _host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Late_success_of_a_call_from_before_the_break_does_not_close()
    {
        var early = _host.GetAsync();
        await FailAsync(pending: 2);
        _host.Clock.Advance(CircuitBench.FirstBreak);
        var probe = _host.GetAsync();

        _pending.Dequeue().SetResult(new(HttpStatusCode.OK));
        await early;

        _host.Circuit.State.Should().Be(CircuitState.HalfOpen);
        _pending.Dequeue().SetResult(new(HttpStatusCode.BadGateway));
        await probe;
        _host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Hung_probe_does_not_wedge_the_circuit()
    {
        await FailAsync();
        _host.Clock.Advance(CircuitBench.FirstBreak);
        _ = _host.GetAsync();
        await FluentActions.Awaiting(() => _host.GetAsync()).Should().ThrowAsync<CircuitOpenException>();

        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var other = _host.GetAsync();
        _pending.Last().SetResult(new(HttpStatusCode.OK));
        await other;

        _host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(1, true)]
    public async Task A_probe_that_waits_for_its_callers_body_gives_way(double waited, bool gives)
    {
        await FailAsync();
        _host.Clock.Advance(CircuitBench.FirstBreak);
        var (probe, body) = Upload();
        _host.Clock.Advance(TimeSpan.FromSeconds(waited));

        var other = _host.GetAsync();

        if (gives)
            _pending.Last().SetResult(new(HttpStatusCode.OK));
        (await Record.ExceptionAsync(() => other) is null, _host.Circuit.State is CircuitState.Closed).Should().Be((gives, gives));
        await EndAsync(probe, body);
    }

    [Fact]
    public async Task What_becomes_of_it_counts_all_the_same()
    {
        await FailAsync();
        _host.Clock.Advance(CircuitBench.FirstBreak);
        var (probe, body) = Upload();
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        _ = _host.GetAsync();

        await EndAsync(probe, body);

        _host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    private (Task<HttpResponseMessage> Probe, LateStream Body) Upload()
    {
        var body = new LateStream([1]);
        return (_host.SendAsync(new(HttpMethod.Post, "http://upstream.test/upload") { Content = new StreamContent(body) }), body);
    }

    private async Task EndAsync(Task<HttpResponseMessage> probe, LateStream body)
    {
        body.Arrive();
        _pending.Peek().TrySetResult(new(HttpStatusCode.OK));
        using var answer = await probe;
    }

    private async Task FailAsync(int pending = 1)
    {
        var call = _host.GetAsync();
        _pending.Should().HaveCount(pending);
        var (last, others) = (_pending.Last(), _pending.SkipLast(1).ToList());
        last.SetResult(new(HttpStatusCode.ServiceUnavailable));
        _pending.Clear();
        others.ForEach(_pending.Enqueue);
        await call;
    }

    private async Task SucceedAsync()
    {
        var call = _host.GetAsync();
        _pending.Last().SetResult(new(HttpStatusCode.OK));
        await call;
    }

    private async Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        _pending.Enqueue(answer);
        if (request.Content is { } content)
            await content.CopyToAsync(Stream.Null, cancellationToken);
        return await answer.Task.WaitAsync(cancellationToken);
    }
}
