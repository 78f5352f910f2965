using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Resilience.Http.Benchmarks.Chains;

/// <summary>Handlers over an upstream in memory, alone or under an <see cref="HttpClient"/>, driven by one thread, with a token that its caller could cancel.</summary>
internal sealed class Chain(HttpMessageInvoker invoker, Upstream upstream) : IDisposable
{
    private const string Name = "measured";

    private static readonly Uri Address = new("https://upstream.test/orders");

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

        return new(new(inner), upstream);
    }

    public static Chain OfEmptyHandlers(Upstream upstream, int count)
        => Of(upstream, [.. Enumerable.Range(0, count).Select(_ => new EmptyHandler())]);

    /// <summary>What the factory makes of a client with these policies; of one with none, the standard set.</summary>
    public static Chain OfPolicies(Upstream upstream, Action<IResilientHttpClientBuilder>? policies = null)
        => new(new(Services(upstream, services => Add(services, policies)).GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Name)), upstream);

    /// <summary>The same under an <see cref="HttpClient"/>, of whose messages it need not be noted what was made for them.</summary>
    public static Chain OfPoliciesInClient(Upstream upstream, Action<IResilientHttpClientBuilder>? policies = null)
        => OfClient(upstream, (services, _) => Add(services, policies));

    /// <summary>A client of the factory, with the factory's own loggers.</summary>
    /// <param name="upstream">What answers.</param>
    /// <param name="register">Registers a client of this name.</param>
    public static Chain OfClient(Upstream upstream, Func<IServiceCollection, string, IHttpClientBuilder> register)
        => new(Services(upstream, services => register(services, Name)).GetRequiredService<IHttpClientFactory>().CreateClient(Name), upstream);

    /// <summary>What Polly has for the standard set.</summary>
    public static Chain OfPolly(Upstream upstream, CircuitBreakerStrategyOptions<HttpResponseMessage>? circuitBreaker = null)
        => Of(upstream, new PollyHandler(new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(TimeSpan.FromSeconds(30))
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage> { ShouldHandle = arguments => new(IsTransient(arguments.Outcome)), Delay = TimeSpan.Zero })
            .AddCircuitBreaker(Transient(circuitBreaker ?? new()))
            .AddTimeout(TimeSpan.FromSeconds(10))
            .Build()));

    /// <summary>Sends one request and takes its answer.</summary>
    public HttpStatusCode Send(HttpMethod? method = null, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, Address);
        configure?.Invoke(request);
        var call = invoker.SendAsync(request, _caller.Token);
        while (!call.IsCompleted)
            upstream.Answer();
        return call.GetAwaiter().GetResult().StatusCode;
    }

    /// <summary>Sends one request that is rejected by an exception.</summary>
    /// <returns>Whether it was.</returns>
    public bool Reject()
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

    /// <summary>Sends until a request does not reach the upstream.</summary>
    public Chain Exhausted()
    {
        for (var sent = -1; sent < upstream.Requests;)
        {
            sent = upstream.Requests;
            Reject();
        }

        return this;
    }

    public void Dispose()
    {
        invoker.Dispose();
        _caller.Dispose();
    }

    private static ServiceProvider Services(Upstream upstream, Func<IServiceCollection, IHttpClientBuilder> register)
    {
        var services = new ServiceCollection();
        register(services).ConfigurePrimaryHttpMessageHandler(() => upstream);
        return services.BuildServiceProvider();
    }

    private static IHttpClientBuilder Add(IServiceCollection services, Action<IResilientHttpClientBuilder>? policies)
    {
        var builder = services.AddResilientHttpClient(Name);
        policies?.Invoke(builder);
        return builder.RemoveAllLoggers();
    }

    private static CircuitBreakerStrategyOptions<HttpResponseMessage> Transient(CircuitBreakerStrategyOptions<HttpResponseMessage> options)
    {
        options.ShouldHandle = arguments => new(IsTransient(arguments.Outcome));
        return options;
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome)
        => outcome is { Exception: HttpRequestException or Polly.Timeout.TimeoutRejectedException } or { Result.StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests };
}
