using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>The two clients that are compared. The resilient one is all that this library asks you to write.</summary>
internal static class Clients
{
    public static ServiceProvider Register(Uri plainUrl, Tally plain, Uri resilientUrl, Tally resilient)
    {
        var services = new ServiceCollection();

        services.AddResilientHttpClient("resilient", client => client.BaseAddress = resilientUrl)
            .AddIdempotencyKey()
            .AddStandardPolicies(standard =>
            {
                // Scaled down like the bad weather, which passes in seconds.
                standard.TotalTimeout.Timeout = TimeSpan.FromSeconds(10);
                standard.AttemptTimeout.Timeout = TimeSpan.FromSeconds(1);
                standard.CircuitBreaker.Window = TimeSpan.FromSeconds(3);
                standard.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(0.5);
                standard.CircuitBreaker.MaxBreakDuration = TimeSpan.FromSeconds(0.5);
            })
            .AddHttpMessageHandler(() => new CountingHandler(resilient));

        services.AddHttpClient("plain", client => (client.BaseAddress, client.Timeout) = (plainUrl, TimeSpan.FromSeconds(10)))
            .AddHttpMessageHandler(() => new CountingHandler(plain));

        return services.BuildServiceProvider();
    }

    /// <summary>Counts what goes over the wire.</summary>
    private sealed class CountingHandler(Tally tally) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            tally.CountAttempt();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
