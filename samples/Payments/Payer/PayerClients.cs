using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Payments;

/// <summary>The three clients that are compared, and the ways to sabotage the one that should hold.</summary>
internal static class PayerClients
{
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(2);

    public static ServiceProvider Build(Settings settings, Uri provider)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("lookup", client => client.BaseAddress = provider);
        _ = settings.Client switch
        {
            "plain" => services.AddHttpClient("stripe", client => (client.BaseAddress, client.Timeout) = (provider, TotalTimeout)).Services,
            "standard" => AddStandard(services.AddHttpClient("stripe", client => client.BaseAddress = provider)),
            _ => AddOutbox(services, settings, provider),
        };
        return services.BuildServiceProvider();
    }

    private static IServiceCollection AddStandard(IHttpClientBuilder client)
    {
        client.AddStandardResilienceHandler(options =>
            (options.TotalRequestTimeout.Timeout, options.AttemptTimeout.Timeout) = (TotalTimeout, AttemptTimeout));
        return client.Services;
    }

    private static ServiceCollection AddOutbox(ServiceCollection services, Settings settings, Uri provider)
    {
        if (settings.Postgres.Length > 0)
            services.AddSingleton(_ => NpgsqlDataSource.Create(settings.Postgres)).AddPostgreSqlOutbox();
        else
            services.AddSqliteOutbox(sqlite => sqlite.Path = settings.Database);
        services.AddSingleton<IOutboxReconciler, ChargeFinder>();
        var profile = IdempotencyProfile.Stripe with { Retention = settings.Retention };
        var client = services.AddResilientHttpClient("stripe", http => http.BaseAddress = provider)
            .AddTotalTimeout(TotalTimeout)
            .AddIdempotencyKey(profile);
        if (settings.Sabotage != "no-outbox")
            client.AddOutbox(Choose);
        client.AddRetry()
            .AddCircuitBreaker(breaker => breaker.FailureRatio = 0.5)
            .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.BackgroundShare) = ((double)settings.Rate / settings.Workers, 1, 1))
            .AddAttemptTimeout(AttemptTimeout);
        if (settings.Sabotage is "new-key-per-attempt" or "delete-before-answer")
            client.AddHttpMessageHandler(() => new SabotageHandler(settings));
        return services;
    }

    private static void Choose(OutboxOptions outbox)
    {
        (outbox.Mode, outbox.StorePlaintext) = (OutboxMode.WriteAhead, true);
        (outbox.CallTimeout, outbox.LeaseMargin) = (TotalTimeout, TimeSpan.FromSeconds(2));
        (outbox.BaseDelay, outbox.MaxDelay) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3));
    }
}
