using System.Net;

namespace Resilience.Http.Tests;

/// <summary>Calls under way while the state of their circuit changes.</summary>
public sealed class CircuitBreakerProbeTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly Queue<TaskCompletionSource<HttpResponseMessage>> _pending = new();
    private readonly StubHandler _upstream;
    private readonly CircuitClient _client;

    public CircuitBreakerProbeTests()
    {
        _upstream = new(Answer);
        _client = new(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (1, 1), _upstream);
    }

    public void Dispose()
    {
        _client.Dispose();
        _upstream.Dispose();
    }

    [Fact]
    public async Task Cancelled_probe_neither_closes_nor_opens_and_gives_its_place_back()
    {
        await FailAsync();
        _client.WaitForBreak();
        using var caller = new CancellationTokenSource();
        var probe = _client.GetAsync("/", caller.Token);

        await caller.CancelAsync();
        await FluentActions.Awaiting(() => probe).Should().ThrowAsync<OperationCanceledException>();

        _client.Circuit.State.Should().Be(CircuitState.HalfOpen);
        await SucceedAsync();
        _client.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Call_whose_time_ran_out_while_it_waited_for_the_server_counts_as_a_failure()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(1));
        var call = _client.Http.SendAsync(request, _cancelled);

        _client.Clock.Advance(TimeSpan.FromSeconds(1));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<TotalTimeoutException>();
        _client.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Late_success_of_a_call_from_before_the_break_does_not_close()
    {
        var early = _client.GetAsync("/", _cancelled);
        await FailAsync(pending: 2);
        _client.WaitForBreak();
        var probe = _client.GetAsync("/", _cancelled);

        _pending.Dequeue().SetResult(new(HttpStatusCode.OK));
        await early;

        _client.Circuit.State.Should().Be(CircuitState.HalfOpen);
        _pending.Dequeue().SetResult(new(HttpStatusCode.BadGateway));
        await probe;
        _client.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Hung_probe_does_not_wedge_the_circuit()
    {
        await FailAsync();
        _client.WaitForBreak();
        _ = _client.GetAsync("/", _cancelled);
        await FluentActions.Awaiting(() => _client.GetAsync("/", _cancelled)).Should().ThrowAsync<CircuitOpenException>();

        _client.Clock.Advance(TimeSpan.FromSeconds(30));
        var other = _client.GetAsync("/", _cancelled);
        _pending.Last().SetResult(new(HttpStatusCode.OK));
        await other;

        _client.Circuit.State.Should().Be(CircuitState.Closed);
    }

    private async Task FailAsync(int pending = 1)
    {
        var call = _client.GetAsync("/", _cancelled);
        _pending.Should().HaveCount(pending);
        var (last, others) = (_pending.Last(), _pending.SkipLast(1).ToList());
        last.SetResult(new(HttpStatusCode.ServiceUnavailable));
        _pending.Clear();
        others.ForEach(_pending.Enqueue);
        await call;
    }

    private async Task SucceedAsync()
    {
        var call = _client.GetAsync("/", _cancelled);
        _pending.Last().SetResult(new(HttpStatusCode.OK));
        await call;
    }

    private Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        _pending.Enqueue(answer);
        return answer.Task.WaitAsync(cancellationToken);
    }
}
