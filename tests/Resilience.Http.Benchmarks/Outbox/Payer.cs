using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>A program whose calls are kept first, and made by its drain.</summary>
internal static class Payer
{
    private const int AtOnce = 64;

    public static ServiceProvider Build(string upstream, Countdown countdown, Action<IServiceCollection> addStore)
    {
        var services = new ServiceCollection();
        addStore(services);
        services.AddResilientHttpClient("pay", client => client.BaseAddress = new(upstream))
            .AddIdempotencyKey(IdempotencyProfile.Stripe)
            .AddOutbox(outbox => (outbox.StorePlaintext, outbox.MaxConcurrency, outbox.EndedLifetime) = (true, AtOnce, TimeSpan.FromMinutes(1)))
            .AddRetry()
            .AddHttpMessageHandler(() => new CountingHandler(countdown))
            .RemoveAllLoggers();
        return services.BuildServiceProvider();
    }

    /// <summary>Keeps calls of 1 KiB, each with a key of its own.</summary>
    public static Task EnqueueAsync(IOutbox outbox, int first, int calls) => Parallel.ForEachAsync(Enumerable.Range(first, calls), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[1024]) };
        request.SetIdempotencyKey($"key-{i}");
        await outbox.EnqueueAsync("pay", request, cancellationToken: default);
    });
}
