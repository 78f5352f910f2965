using Azure.Core;
using Azure.Core.Pipeline;
using Google.Apis.Http;
using Google.Apis.Services;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RestSharp;
using IHttpClientFactory = System.Net.Http.IHttpClientFactory;

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
            .AddProblemDetails()
            .AddIdempotencyKey()
            .AddRetry(retry => retry.MaxRetries = 4)
            .AddCircuitBreaker()
            .AddTokenBucket(bucket => bucket.PermitsPerSecond = 25)
            .AddAttemptTimeout(TimeSpan.FromSeconds(5));
    }

    public static HttpMessageHandler Order(IServiceCollection services)
    {
        // The standard set plus something of one's own.
        services.AddResilientHttpClient("orders")
            .AddProblemDetails()
            .AddIdempotencyKey()
            .AddStandardPolicies(standard => standard.Retry.MaxRetries = 5);

        // Typed clients, and clients that something else registers.
        services.AddResilientHttpClient<PaymentsClient>();
        services.AddHttpClient<LegacyClient>().AddResilience().AddRetry();

        // A handler of your own between the policies: AddResilience leads back to them.
        services.AddResilientHttpClient("signed")
            .AddRetry()
            .AddHttpMessageHandler<SigningHandler>().AddResilience()
            .AddAttemptTimeout();

        // Without a container: any SDK that takes an HttpMessageHandler.
        var handler = new RetryHandler(new RetryOptions { MaxRetries = 2 }) { InnerHandler = new SocketsHttpHandler() };
        return handler;
    }

    public static void Configuration(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientHttpClient("payments", configuration.GetSection("Resilience:payments"));
    }

    public static void PerRequest(HttpRequestMessage request, string path)
    {
        request.SetIdempotencyKey("order-4711");             // kept on every attempt
        request.SetPartition("tenant-7");                    // its own circuit, bucket and budget
        request.SetTimeout(TimeSpan.FromSeconds(2));         // for the whole call, where shorter than the client's
        request.DisableRetries();
        request.SetContentFactory(() => new StreamContent(File.OpenRead(path)));   // a fresh body for every attempt
    }

    public static async Task ErrorsAsync(HttpClient client)
    {
        using var response = await client.GetAsync("orders/4711");
        if (await response.ReadProblemDetailsAsync() is { } problem)
            Console.WriteLine($"{problem.Kind}: {problem.Title}");
    }

    public static void LookingInside(IServiceProvider provider)
    {
        var clients = provider.GetRequiredService<ResilienceRegistry>();
        Console.WriteLine(clients);                                        // a line for each client, with its policies
        foreach (var circuit in clients["payments"].Circuits)
            Console.WriteLine($"{circuit.Partition}: {circuit.State}");    // RetryBudgets, TokenBuckets and Advice read alike
        clients["payments"].Circuits.Single().Isolate();                   // refuses everything until Close()
    }

    public static RestClient Sdks(IHttpClientFactory clients, IHttpMessageHandlerFactory handlers, ClientOptions azure, BaseClientService.Initializer google)
    {
        // Azure.Core, and every client built on it: the options of the client.
        azure.Transport = new HttpClientTransport(clients.CreateClient("azure"));
        azure.Retry.MaxRetries = 0;

        // Google.Apis: the initializer of the service; it makes the HttpClient itself, around the chain of handlers.
        google.HttpClientFactory = new HttpClientFromMessageHandlerFactory(
            _ => new(handlers.CreateHandler("google"), performsAutomaticDecompression: false, handlesRedirect: false));
        google.DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None;

        // RestSharp.
        var orders = new RestClient(clients.CreateClient("orders"));
        return orders;
    }

    public static void Tokens(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientHttpClient("ledger", client => client.BaseAddress = new("https://ledger.example.com/"))
            .AddStandardPolicies()
            .AddClientCredentials(tokens =>
            {
                tokens.TokenEndpoint = new("https://login.example.com/oauth2/token");
                tokens.ClientId = configuration["Ledger:ClientId"]!;
                tokens.ClientSecret = configuration["Ledger:ClientSecret"]!;
                tokens.Scope = "entries.write";
            });
    }

    public sealed class PaymentsClient(HttpClient http)
    {
        public HttpClient Http => http;
    }

    public sealed class SigningHandler : DelegatingHandler;

    public sealed class LegacyClient(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
