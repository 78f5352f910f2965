using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerTelemetryTests : IDisposable
{
    private readonly TestHost _host = new(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: new ScriptedUpstream(503));

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Transitions_and_refusals_are_counted_without_naming_the_partition()
    {
        using var measured = new Measurements(_host.Inside);

        await CallTwiceAsync();

        measured.All.Should().Equal(
            "resilience.http.circuit_breaker.transitions 1 {transition} resilience.http.client=test resilience.http.circuit.state=open resilience.http.reason=ConsecutiveFailures",
            "resilience.http.circuit_breaker.rejections 1 {request} resilience.http.client=test resilience.http.circuit.state=open");
    }

    [Fact]
    public async Task Transitions_are_logged_with_their_partition_and_refusals_are_not()
    {
        await CallTwiceAsync();
        _host.Circuit.Isolate();
        _host.Circuit.Close();

        _host.Log.Lines.Should().SatisfyRespectively(
            opened => opened.Should().Match("Warning 200: Client 'test': the circuit for http://upstream.test:80 opened for * s (ConsecutiveFailures)."),
            isolated => isolated.Should().Be("Warning 201: Client 'test': the circuit for http://upstream.test:80 is isolated until Close is called."),
            closed => closed.Should().Be("Information 202: Client 'test': the circuit for http://upstream.test:80 is now Closed (ClosedByHand)."));
    }

    private async Task CallTwiceAsync()
    {
        await _host.GetAsync();
        await FluentActions.Awaiting(() => _host.GetAsync()).Should().ThrowAsync<CircuitOpenException>();
    }
}
