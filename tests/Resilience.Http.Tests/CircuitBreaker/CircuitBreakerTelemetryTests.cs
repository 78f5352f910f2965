using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerTelemetryTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly CircuitClient _client = new(breaker => breaker.ConsecutiveFailures = 1, new StubHandler(503), inside: builder => builder.Services.AddMetrics());

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Transitions_and_refusals_are_counted_without_naming_the_partition()
    {
        var measured = new ConcurrentQueue<string>();
        using var listener = Listen(_client.Inside.Client.Context.Signals.Meter, measured);

        await CallTwiceAsync();

        measured.Should().Equal(
            "resilience.http.circuit_breaker.transitions 1 resilience.http.client=test resilience.http.circuit.state=open resilience.http.reason=ConsecutiveFailures",
            "resilience.http.circuit_breaker.rejections 1 resilience.http.client=test resilience.http.circuit.state=open");
    }

    [Fact]
    public async Task Transitions_are_logged_with_their_partition_and_refusals_are_not()
    {
        await CallTwiceAsync();
        _client.Circuit.Isolate();
        _client.Circuit.Close();

        _client.Log.Should().SatisfyRespectively(
            opened => opened.Should().Match("Warning 200: Client 'test': the circuit for http://upstream:80 opened for * s (ConsecutiveFailures)."),
            isolated => isolated.Should().Be("Warning 201: Client 'test': the circuit for http://upstream:80 is isolated until Close is called."),
            closed => closed.Should().Be("Information 202: Client 'test': the circuit for http://upstream:80 is now Closed (ClosedByHand)."));
    }

    private static MeterListener Listen(Meter meter, ConcurrentQueue<string> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _)
            => measured.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        return listener;
    }

    private async Task CallTwiceAsync()
    {
        await _client.GetAsync("/", _cancelled);
        await FluentActions.Awaiting(() => _client.GetAsync("/", _cancelled)).Should().ThrowAsync<CircuitOpenException>();
    }
}
