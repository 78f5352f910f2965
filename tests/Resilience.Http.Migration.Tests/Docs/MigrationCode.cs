using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Migration.Tests;

/// <summary>The C# of Migration.md, compiled.</summary>
internal static class MigrationCode
{
    public static void Microsoft(IServiceCollection services, IConfiguration configuration)
    {
        // there
        services.AddHttpClient("orders").AddStandardResilienceHandler(configuration.GetSection("Orders"));
    }

    public static void FromMicrosoft(IServiceCollection services, IConfiguration configuration)
    {
        // here
        services.AddResilientHttpClient("orders", configuration.GetSection("Resilience:orders"));
    }

    public static void MicrosoftsFigures(IServiceCollection services)
    {
        services.AddResilientHttpClient("orders").AddStandardPolicies(standard =>
        {
            standard.Retry.BaseDelay = TimeSpan.FromSeconds(2);
            standard.CircuitBreaker.FailureRatio = 0.1;
            standard.CircuitBreaker.MinimumCalls = 100;
        });
    }

    public static void PollyV8(IServiceCollection services)
    {
        // there
        services.AddHttpClient("orders").AddResilienceHandler("orders", pipeline => pipeline
            .AddTimeout(TimeSpan.FromSeconds(20))
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(response => response.StatusCode is HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError),
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(50),
            })
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDuration = TimeSpan.FromSeconds(10),
            })
            .AddConcurrencyLimiter(permitLimit: 100)
            .AddTimeout(TimeSpan.FromSeconds(5)));
    }

    public static void FromPollyV8(IServiceCollection services)
    {
        // here
        services.AddResilientHttpClient("orders")
            .AddTotalTimeout(TimeSpan.FromSeconds(20))
            .AddRetry(retry =>
            {
                retry.ShouldRetry = result => result.Outcome.Exception is HttpRequestException
                    || result.Outcome.Response is { StatusCode: HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError };
                retry.MaxRetries = 3;
                retry.BaseDelay = TimeSpan.FromMilliseconds(50);
            })
            .AddCircuitBreaker(breaker =>
            {
                breaker.FailureRatio = 0.5;
                breaker.MinimumCalls = 20;
                breaker.Window = TimeSpan.FromMinutes(1);
                breaker.BreakDuration = TimeSpan.FromSeconds(10);
            })
            .AddRateLimiter(_ => new ConcurrencyLimiter(new() { PermitLimit = 100 }))
            .AddAttemptTimeout(TimeSpan.FromSeconds(5));
    }

    public static void Callbacks(IServiceCollection services)
    {
        services.AddOptions<RetryOptions>("orders").Configure<OrderStatistics>((retry, statistics) =>
            retry.OnRetry = again => statistics.Retried(again.Attempt, again.Delay));
    }

    public static void InsteadOfHedging(IServiceCollection services)
    {
        services.AddResilientHttpClient("catalog", client => client.BaseAddress = new("https://catalog-a.test/"))
            .AddTotalTimeout(TimeSpan.FromSeconds(8))
            .AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero))
            .AddHttpMessageHandler(() => new OtherServer())           // inside retry, outside the circuit, which is one for each server
            .AddCircuitBreaker()
            .AddAttemptTimeout(TimeSpan.FromSeconds(1));
    }

    public static void Narrower(RetryOptions retry)
    {
        retry.ShouldRetry = result => result switch
        {
            { Request.Method.Method: "PUT" } => false,                                      // never, not even after a 429
            { Outcome.Response.StatusCode: HttpStatusCode.Locked } => true,                 // a 423 too
            _ => null,                                                                      // else what the default says
        };
        retry.IsRepeatable = request => request.RequestUri!.AbsolutePath == "/search";     // a POST that only reads
    }

    internal sealed class OtherServer : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.GetAttempt() > 1)
                request.RequestUri = new(new Uri("https://catalog-b.test/"), request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    internal sealed class OrderStatistics
    {
        public List<(int Attempt, TimeSpan Delay)> Retries { get; } = [];

        public void Retried(int attempt, TimeSpan delay) => Retries.Add((attempt, delay));
    }
}
