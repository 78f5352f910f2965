using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Resilience.Http.Benchmarks.Chains;

/// <summary>A chain of handlers over an upstream in memory, driven by one thread, with a token that its caller could cancel.</summary>
internal sealed class Chain(HttpMessageHandler handler, Upstream upstream) : IDisposable
{
    private static readonly Uri Address = new("https://upstream.test/orders");

    private readonly HttpMessageInvoker _invoker = new(handler);
    private readonly CancellationTokenSource _caller = new();

    /// <summary>These handlers, outermost first.</summary>
    public static Chain Of(Upstream upstream, params DelegatingHandler[] handlers)
    {
        HttpMessageHandler inner = upstream;
        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = inner;
            inner = handler;
        }

        return new(inner, upstream);
    }

    public static Chain OfEmptyHandlers(Upstream upstream, int count)
        => Of(upstream, [.. Enumerable.Range(0, count).Select(_ => new EmptyHandler())]);

    /// <summary>What the factory makes of a client with these policies; of one with none, the standard set.</summary>
    public static Chain OfPolicies(Upstream upstream, Action<IResilientHttpClientBuilder>? policies = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddResilientHttpClient("measured");
        builder.RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => upstream);
        policies?.Invoke(builder);
        return new(services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("measured"), upstream);
    }

    /// <summary>What Polly has for the standard set.</summary>
    public static Chain OfPolly(Upstream upstream, CircuitBreakerStrategyOptions<HttpResponseMessage>? circuitBreaker = null)
        => Of(upstream, new PollyHandler(new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(TimeSpan.FromSeconds(30))
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage> { ShouldHandle = arguments => new(IsTransient(arguments.Outcome)), Delay = TimeSpan.Zero })
            .AddCircuitBreaker(Transient(circuitBreaker ?? new()))
            .AddTimeout(TimeSpan.FromSeconds(10))
            .Build()));

    /// <summary>Sends one request and takes its answer.</summary>
    public HttpStatusCode Send(HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, Address);
        var call = _invoker.SendAsync(request, _caller.Token);
        while (!call.IsCompleted)
            upstream.Answer();
        return call.GetAwaiter().GetResult().StatusCode;
    }

    /// <summary>Sends one request that is refused.</summary>
    /// <returns>Whether it was.</returns>
    public bool Shed()
    {
        try
        {
            Send();
            return false;
        }
        catch (Exception e) when (e is ResilienceException or BrokenCircuitException)
        {
            return true;
        }
    }

    /// <summary>Sends until a request is refused.</summary>
    public Chain Exhausted()
    {
        while (!Shed())
        {
        }

        return this;
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _caller.Dispose();
    }

    private static CircuitBreakerStrategyOptions<HttpResponseMessage> Transient(CircuitBreakerStrategyOptions<HttpResponseMessage> options)
    {
        options.ShouldHandle = arguments => new(IsTransient(arguments.Outcome));
        return options;
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome)
        => outcome is { Exception: HttpRequestException or Polly.Timeout.TimeoutRejectedException } or { Result.StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests };
}
