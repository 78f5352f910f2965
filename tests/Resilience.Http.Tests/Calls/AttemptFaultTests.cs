using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Faults in what takes part in an attempt.</summary>
public sealed class AttemptFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_policy_learns_of_an_attempt_though_one_fails()
    {
        var faulty = new TestPolicy("Faulty")
        {
            Send = (handler, call) =>
            {
                call.Attempt.Join(new TestObserver((_, _) => throw new NotSupportedException()));
                return handler.SendOnAsync(call);
            },
        };
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddPolicy(faulty), primary: new ScriptedUpstream(503));

        var failed = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));

        failed.Should().BeOfType<NotSupportedException>();
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task Every_policy_learns_of_an_attempt_though_a_listener_of_the_meter_throws()
    {
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.MaxRetries = 0).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1),
            primary: new ScriptedUpstream((_, _) => new(HttpStatusCode.TooManyRequests) { Headers = { { "RateLimit", "\"a\";r=0;t=3" } } }));
        var inside = host.Inside;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener, inside) };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new NotSupportedException());
        listener.Start();

        var status = await host.GetAsync();

        (status, host.Circuit.State).Should().Be((429, CircuitState.Open));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_policy_learns_of_an_attempt_though_an_inner_handler_returns_no_task(bool isOurs)
    {
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 0 });
        var none = new TestPolicy("None") { Send = (_, _) => null! };
        using var host = new TestHost(client => Add(client.AddRetry().AddCircuitBreaker().AddRateLimiter(limiter)), primary: new ScriptedUpstream(200));

        var failed = await Record.ExceptionAsync(() => host.GetAsync());

        failed.Should().BeOfType<InvalidOperationException>().Which.Message.Should().EndWith(" returned null instead of a task.");
        limiter.GetStatistics()!.CurrentAvailablePermits.Should().Be(1);

        void Add(IResilientHttpClientBuilder client) => _ = isOurs ? client.AddPolicy(none) : client.AddHttpMessageHandler(() => new NoTask());
    }

    [Fact]
    public async Task A_policy_alone_that_returns_no_task_fails_its_call()
    {
        using var host = new TestHost(client => client.AddPolicy(new TestPolicy("None") { Send = (_, _) => null! }), primary: new ScriptedUpstream(200));

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("Handler returned null instead of a task.");
    }

    [Fact]
    public async Task A_handler_that_returns_nothing_is_at_fault_itself()
    {
        using var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions() { ConsecutiveFailures = 1 }) { InnerHandler = new Nothing() };
        using var client = new HttpMessageInvoker(breaker);

        var sending = () => client.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        await sending.Should().ThrowAsync<InvalidOperationException>().WithMessage("An inner handler returned null instead of a response.");
        await sending.Should().ThrowAsync<InvalidOperationException>("the circuit has learnt of it, and stays closed");
    }

    private static void Listen(Instrument instrument, MeterListener listener, ResilientClientInfo client)
    {
        if (instrument.Name == "resilience.http.advice.limits" && ReferenceEquals(instrument.Meter.Scope, client.Client.Context.Signals.Meter.Scope))
            listener.EnableMeasurementEvents(instrument);
    }

    private sealed class NoTask : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => null!;
    }

    private sealed class Nothing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult<HttpResponseMessage>(null!);
    }
}
