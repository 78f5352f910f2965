using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>
/// The clients that are compared. Times are scaled down like the bad weather, which passes in seconds, and alike for all of them; everything
/// else is as its authors ship it. The resilient one is all that this library asks you to write.
/// </summary>
internal static class Clients
{
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(0.5);

    public static IHttpClientBuilder AddPlain(IServiceCollection services, string name)
        => services.AddHttpClient(name, client => client.Timeout = TotalTimeout);

    /// <summary>Microsoft.Extensions.Http.Resilience.</summary>
    public static IHttpClientBuilder AddStandardHandler(IServiceCollection services, string name)
    {
        var client = services.AddHttpClient(name);
        client.AddStandardResilienceHandler(standard =>
        {
            standard.TotalRequestTimeout.Timeout = TotalTimeout;
            standard.AttemptTimeout.Timeout = AttemptTimeout;
            standard.CircuitBreaker.SamplingDuration = Window;
            standard.CircuitBreaker.BreakDuration = BreakDuration;
        });
        return client;
    }

    /// <summary>This library.</summary>
    public static IHttpClientBuilder AddResilient(IServiceCollection services, string name)
        => services.AddResilientHttpClient(name)
            .AddIdempotencyKey()
            .AddStandardPolicies(standard =>
            {
                standard.TotalTimeout.Timeout = TotalTimeout;
                standard.AttemptTimeout.Timeout = AttemptTimeout;
                standard.CircuitBreaker.Window = Window;
                standard.CircuitBreaker.BreakDuration = BreakDuration;
                standard.CircuitBreaker.MaxBreakDuration = BreakDuration;
            });
}
