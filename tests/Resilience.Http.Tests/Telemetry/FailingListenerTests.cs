using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resilience.Http.Tests;

/// <summary>Who only listens to a call must not be what it fails by, nor take with him what it holds.</summary>
public sealed class FailingListenerTests : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = 1, QueueLimit = 1 });
    private readonly ScriptedUpstream _upstream = new(503, 200);

    private long Free => _limiter.GetStatistics()!.CurrentAvailablePermits;

    public void Dispose()
    {
        _limiter.Dispose();
        _upstream.Dispose();
    }

    [Theory]
    [InlineData("resilience.http.retry.attempts")]
    [InlineData("resilience.http.retry.delay")]
    [InlineData("resilience.http.retry.stops")]
    [InlineData("resilience.http.circuit_breaker.transitions")]
    public async Task A_listener_of_the_meter(string instrument)
    {
        using var host = Host();
        using var listener = ListenTo(instrument, host.Inside);

        var status = await host.GetAsync();

        (status, Free).Should().Be((200, 1));
        host.Log.Lines.Should().Contain($"Error 3: Client 'test': the callback for {instrument} failed.");
    }

    [Fact]
    public async Task A_listener_of_the_meter_while_a_lease_is_waited_for()
    {
        using var host = Host();
        using var listener = ListenTo("resilience.http.rate_limiter.wait.duration", host.Inside);
        using var lease = _limiter.AttemptAcquire();

        var waiting = host.GetAsync();
        lease.Dispose();

        (await waiting, Free).Should().Be((200, 1));
    }

    [Fact]
    public async Task A_provider_of_logs()
    {
        using var host = Host(client => client.Services.AddLogging(logging => logging.AddProvider(new FullDisk())), retry => retry.OnRetry = _ => throw new NotSupportedException());

        var status = await host.GetAsync();

        (status, Free).Should().Be((200, 1));
        host.Log.Events.Should().Contain([3, 100]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listener_of_the_spans(bool started)
    {
        using var host = Host();
        var root = new Activity("application").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Resilience.Http",
            Sample = (ref options) => options.Parent.TraceId == root.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStarted = span => FailIf(started && span.TraceId == root.TraceId),
            ActivityStopped = span => FailIf(!started && span.TraceId == root.TraceId),
        };
        ActivitySource.AddActivityListener(listener);

        var status = await host.GetAsync();
        root.Dispose();

        (status, Free).Should().Be((200, 1));
        host.Log.Events.Should().Contain(3);
    }

    private static void FailIf(bool fails)
    {
        if (fails)
            throw new NotSupportedException();
    }

    private static MeterListener ListenTo(string name, ResilientClientInfo client)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, client.Client.Context.Meter.Scope))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new NotSupportedException());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new NotSupportedException());
        listener.Start();
        return listener;
    }

    private TestHost Host(Action<IResilientHttpClientBuilder>? also = null, Action<RetryOptions>? configure = null) => new(
        client =>
        {
            client.AddRetry(retry =>
            {
                (retry.BaseDelay, retry.Jitter) = (TimeSpan.FromSeconds(1), Jitter.None);
                configure?.Invoke(retry);
            }).AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.BreakDuration) = (1, TimeSpan.FromMilliseconds(100))).AddRateLimiter(_limiter);
            also?.Invoke(client);
        },
        primary: _upstream);

    private sealed class FullDisk : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "Resilience.Http" ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new IOException("full");

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("full");

        public void Dispose()
        {
        }
    }
}
