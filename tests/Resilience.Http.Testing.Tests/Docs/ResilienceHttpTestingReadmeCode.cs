using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

public sealed class PaymentsTests
{
    [Fact]
    public async Task A_payment_survives_an_outage_and_a_limit()
    {
        var services = new ServiceCollection().AddPayments();       // your production registration
        var clock = services.AddVirtualClock();
        var upstream = services.AddScriptedUpstream(nameof(PaymentsClient), script => script.Answer(503).Then(429, retryAfter: 2).Then(200));
        await using var provider = services.BuildServiceProvider();
        var payments = provider.GetRequiredService<PaymentsClient>();

        var status = await clock.AdvanceUntilAsync(payments.ChargeAsync(amount: 100));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(3, upstream.Attempts.Count);
        Assert.True(upstream.Waits[1] >= TimeSpan.FromSeconds(2));
        Assert.Single(upstream.Attempts.Select(attempt => attempt.Header("Idempotency-Key")).Distinct());
    }
}

/// <summary>The rest of the C# of src/Resilience.Http.Testing/README.md, compiled.</summary>
internal static class ReadmeCode
{
    public static ScriptedUpstream Script(IServiceCollection services)
    {
        var upstream = services.AddScriptedUpstream("catalog", script => script
            .Answer(Fault.NoConnection())                                           // one step for each request
            .Then(Fault.Storm(TimeSpan.FromSeconds(30)))                            // 503 to everything for half a minute
            .Then(Reply.Ok("""{"books":[]}""").With(Fault.ResetAfter(5)))           // the connection breaks in the body
            .Then(Reply.Status(429).WithHeader("X-RateLimit-Remaining", "0"))
            .Then(attempt => Reply.Ok(attempt.Path)));                              // the last one is for good
        return upstream;
    }

    public static void WhatHappened(ScriptedUpstream upstream, IServiceProvider provider)
    {
        foreach (var attempt in upstream.Attempts)                                  // as it was sent: method, address, headers, body
            Console.WriteLine($"{attempt.SentAt:T} {attempt.Number}. {attempt}");
        Console.WriteLine(string.Join(", ", upstream.Waits));                       // between the attempts of a call
        Console.WriteLine(upstream.RetryReport);                                    // such as "3 attempts: Final"; null if no retry was needed
        Console.WriteLine(upstream);                                                // all of it, for the message of an assertion
        Console.WriteLine(provider.GetHandlerChain("catalog"));                     // every handler with its settings, for an approval test
    }

    public static async Task<string> TimeAsync(IServiceCollection services, HttpClient client)
    {
        var clock = services.AddVirtualClock();
        services.AddSeededRandom(42);                                               // the same jitter every time
        var books = await clock.AdvanceUntilAsync(client.GetStringAsync("/books")); // from timer to timer, until the task has ended
        clock.Advance(TimeSpan.FromMinutes(1));                                     // an open circuit lets its probes through
        return books;
    }

    public static void Chaos(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientHttpClient("catalog")
            .AddChaos(chaos => chaos.Inject(Fault.Status(503), rate: 0.05).Inject(Fault.Delay(TimeSpan.FromSeconds(2)), rate: 0.1));
        services.AddResilientHttpClient("payments", configuration.GetSection("Resilience:payments"))
            .AddChaos(configuration.GetSection("Chaos"));
    }
}

public sealed class PaymentsClient(HttpClient client)
{
    public async Task<HttpStatusCode> ChargeAsync(int amount)
    {
        using var response = await client.PostAsJsonAsync("/charges", new { amount });
        return response.StatusCode;
    }
}

internal static class Production
{
    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddResilientHttpClient<PaymentsClient>(client => client.BaseAddress = new("https://api.payments.test/"))
            .AddStandardPolicies(standard => standard.IdempotencyKey = new());
        return services;
    }
}
