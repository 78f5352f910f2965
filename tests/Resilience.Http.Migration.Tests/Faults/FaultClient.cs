extern alias PollyV7;

using Microsoft.Extensions.DependencyInjection;
using Polly.Extensions.Http;
using PollyV7::Polly;
using Resilience.Http.Testing;
using Policy = PollyV7::Polly.Policy;

namespace Migration.Tests;

/// <summary>One client through each library, with waits of no length: what it sends, and what its user gets.</summary>
internal sealed class FaultClient : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly ScriptedUpstream _upstream;

    private FaultClient(Action<IHttpClientBuilder> register, Action<UpstreamScript> script)
    {
        var services = new ServiceCollection();
        register(services.AddHttpClient("orders", http => http.BaseAddress = new("http://a.test/")));
        _upstream = services.AddScriptedUpstream("orders", script);
        _services = services.BuildServiceProvider();
        Http = _services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");
    }

    public HttpClient Http { get; }

    /// <summary>Clients in the order of the page's columns.</summary>
    public static IEnumerable<FaultClient> All(FaultCase fault)
    {
        yield return new(orders => PollyV7(orders, fault), fault.Script);
        yield return new(orders => Microsoft(orders, fault), fault.Script);
        yield return new(orders => Here(orders, fault), fault.Script);
    }

    /// <summary>Such as <c>4 → 503</c>: the requests that were sent, and how it ended.</summary>
    public async Task<string> RunAsync(Func<HttpClient, Task<HttpResponseMessage>> send)
    {
        var before = _upstream.Attempts.Count;
        try
        {
            using var response = await send(Http);
            return $"{_upstream.Attempts.Count - before} → {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{_upstream.Attempts.Count - before} → {e.GetType().Name.Split('`')[0]}";
        }
    }

    public void Dispose()
    {
        _services.Dispose();
        _upstream.Dispose();
    }

    private static void PollyV7(IHttpClientBuilder orders, FaultCase fault) => orders
        .ConfigureHttpClient(http => http.Timeout = fault.TotalTimeout)
        .AddPolicyHandler(HttpPolicyExtensions.HandleTransientHttpError().Or<PollyV7::Polly.Timeout.TimeoutRejectedException>().WaitAndRetryAsync(3, _ => TimeSpan.Zero))
        .AddTransientHttpErrorPolicy(errors => errors.CircuitBreakerAsync(5, TimeSpan.FromSeconds(30)))
        .AddPolicyHandler(Policy.TimeoutAsync<HttpResponseMessage>(fault.AttemptTimeout));

    private static void Microsoft(IHttpClientBuilder orders, FaultCase fault) => orders.AddStandardResilienceHandler(standard =>
    {
        standard.TotalRequestTimeout.Timeout = fault.TotalTimeout;
        standard.Retry.Delay = TimeSpan.Zero;
        standard.CircuitBreaker.MinimumThroughput = 5;
        standard.AttemptTimeout.Timeout = fault.AttemptTimeout;
    });

    private static void Here(IHttpClientBuilder orders, FaultCase fault) => orders.AddResilience().AddStandardPolicies(standard =>
    {
        standard.TotalTimeout.Timeout = fault.TotalTimeout;
        standard.Retry.BaseDelay = TimeSpan.Zero;
        standard.CircuitBreaker.MinimumCalls = 5;
        standard.AttemptTimeout.Timeout = fault.AttemptTimeout;
    });
}
