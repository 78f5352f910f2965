extern alias PollyV7;

using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Polly.Extensions.Http;
using PollyV7::Polly;
using PollyV7::Polly.Timeout;
using Policy = PollyV7::Polly.Policy;

namespace Migration.Tests;

/// <summary>The C# of Migration.md about version 7 of Polly, compiled.</summary>
internal static class PollyV7Code
{
    public static void There(IServiceCollection services)
    {
        // there
        services.AddHttpClient("orders", client => client.Timeout = TimeSpan.FromSeconds(20))
            .AddPolicyHandler(HttpPolicyExtensions.HandleTransientHttpError()
                .Or<TimeoutRejectedException>()
                .OrResult(response => response.StatusCode == HttpStatusCode.NotFound)
                .WaitAndRetryAsync(3, retry => TimeSpan.FromMilliseconds(50 * Math.Pow(2, retry - 1))))
            .AddTransientHttpErrorPolicy(errors => errors.CircuitBreakerAsync(5, TimeSpan.FromSeconds(10)))
            .AddPolicyHandler(Policy.BulkheadAsync<HttpResponseMessage>(100))
            .AddPolicyHandler(Policy.TimeoutAsync<HttpResponseMessage>(TimeSpan.FromSeconds(5)));
    }

    public static void Here(IServiceCollection services)
    {
        // here
        services.AddResilientHttpClient("orders")
            .AddTotalTimeout(TimeSpan.FromSeconds(20))
            .AddRetry(retry =>
            {
                retry.ShouldRetry = result => result.Outcome.Exception is HttpRequestException
                    || result.Outcome.Response is { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError };
                retry.MaxRetries = 3;
                retry.BaseDelay = TimeSpan.FromMilliseconds(50);
                retry.Jitter = Jitter.None;
            })
            .AddCircuitBreaker(breaker =>
            {
                breaker.ConsecutiveFailures = 5;
                breaker.BreakDuration = TimeSpan.FromSeconds(10);
            })
            .AddRateLimiter(_ => new ConcurrencyLimiter(new() { PermitLimit = 100 }))
            .AddAttemptTimeout(TimeSpan.FromSeconds(5));
    }
}
