using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The C# of README.md, compiled.</summary>
public static class ReadmeCode
{
    public static void Opening(IServiceCollection services)
    {
        // dotnet add package Resilience.Http
        services.AddResilientHttpClient("github", client => client.BaseAddress = new("https://api.github.com/"));

        services.AddResilientHttpClient("payments", client => client.BaseAddress = new("https://api.stripe.com/"))
            .AddTotalTimeout(TimeSpan.FromSeconds(20))
            .AddIdempotencyKey()
            .AddRetry(retry => retry.MaxRetries = 4)
            .AddCircuitBreaker()
            .AddTokenBucket(bucket => bucket.PermitsPerSecond = 25)
            .AddAttemptTimeout(TimeSpan.FromSeconds(5));
    }

    public static void FirstClient(IServiceCollection services)
    {
        services.AddResilientHttpClient<CatalogClient>(client => client.BaseAddress = new("https://catalog.example.com/"));
    }

    public static HttpMessageHandler Order(IServiceCollection services, byte[] key)
    {
        services.AddResilientHttpClient("orders").AddStandardPolicies(standard => standard.IdempotencyKey = new());    // or .AddIdempotencyKey().AddStandardPolicies()
        services.AddTransient<SigningHandler>();
        services.AddResilientHttpClient("signed").AddStandardPolicies().AddHttpMessageHandler<SigningHandler>();
        services.AddSqliteOutbox(sqlite => sqlite.Path = "outbox.db");                   // package Resilience.Http.Outbox
        services.AddResilientHttpClient("charges", client => client.BaseAddress = new("https://api.stripe.com/"))
            .AddIdempotencyKey(IdempotencyProfile.Stripe).AddOutbox(outbox => outbox.ProtectWithAes(key)).AddRetry();     // stored encrypted
        services.AddHttpClient<LegacyClient>().AddResilience();                          // a client that is registered in another way
        services.AddResilienceDefaults();                                                // every other client of the factory
        var handler = StandardPolicies.CreateHandler(new SocketsHttpHandler());          // without a container, for any SDK that takes a handler
        return handler;
    }

    public static void Configuration(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientHttpClient("payments", configuration.GetSection("Resilience:payments"));
    }

    public static void PerRequest(HttpRequestMessage request, string path)
    {
        request.SetIdempotencyKey("order-4711");             // the same on every attempt; needs AddIdempotencyKey
        request.SetPartition("tenant-7");                    // its own circuit, bucket and budget; each of their options has a PartitionBy
        request.SetTimeout(TimeSpan.FromSeconds(2));         // for the whole call; one longer than the client's has no effect
        request.SetRepeatable();                             // a POST that only reads: retried like a GET
        request.DisableRetries();
        request.SetContentFactory(() => new StreamContent(File.OpenRead(path)));   // a fresh body for every attempt
    }

    public static void LookingInside(IServiceProvider provider)
    {
        var registry = provider.GetRequiredService<ResilienceRegistry>();
        Console.WriteLine(registry);                                       // a line for each client, with its policies
        foreach (var circuit in registry["payments"].Circuits)
            Console.WriteLine($"{circuit.Partition}: {circuit.State}");    // also RetryBudgets, TokenBuckets, Advice; registry.All has every client
        registry["payments"].GetCircuit("https://api.stripe.com").Isolate();   // rejects everything until Close()
    }

    public sealed class CatalogClient(HttpClient http)
    {
        public HttpClient Http => http;
    }

    public sealed class LegacyClient(HttpClient http)
    {
        public HttpClient Http => http;
    }

    public sealed class SigningHandler : DelegatingHandler;
}
