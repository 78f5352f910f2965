using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>How fast kept calls are made, to a server on the loopback.</summary>
/// <param name="upstream">The address of the server.</param>
internal sealed class Drains(string upstream)
{
    private const int Calls = 10_000;

    public async Task<double> SqliteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("drain-");
        var perSecond = await RunAsync(workers: 1, services => services.AddSqliteOutbox(sqlite => sqlite.Path = Path.Combine(folder.FullName, "outbox.db")));
        folder.Delete(recursive: true);
        return perSecond;
    }

    /// <param name="connection">To a database where a schema may be made.</param>
    /// <param name="workers">How many drain at once, all in this process.</param>
    public async Task<double> PostgreSqlAsync(string connection, int workers)
    {
        var schema = $"drain_{Guid.NewGuid():N}";
        await using var admin = NpgsqlDataSource.Create(connection);
        await using (var create = admin.CreateCommand($"CREATE SCHEMA {schema}"))
            await create.ExecuteNonQueryAsync();
        var own = new NpgsqlConnectionStringBuilder(connection) { SearchPath = schema }.ToString();
        var perSecond = await RunAsync(workers, services => services.AddSingleton(_ => NpgsqlDataSource.Create(own)).AddPostgreSqlOutbox());
        await using (var drop = admin.CreateCommand($"DROP SCHEMA {schema} CASCADE"))
            await drop.ExecuteNonQueryAsync();
        return perSecond;
    }

    private async Task<double> RunAsync(int workers, Action<IServiceCollection> addStore)
    {
        var countdown = new Countdown(Calls);
        ServiceProvider[] providers = [.. Enumerable.Range(0, workers).Select(_ => Services(countdown, addStore))];
        await EnqueueAsync(providers[0].GetRequiredService<IOutbox>());
        IHostedService[] drains = [.. providers.SelectMany(provider => provider.GetServices<IHostedService>())];

        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(drains.Select(drain => drain.StartAsync(default)));
        await countdown.Done;
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        await Task.WhenAll(drains.Select(drain => drain.StopAsync(default)));
        foreach (var provider in providers)
            await provider.DisposeAsync();
        return Calls / seconds;
    }

    private static Task EnqueueAsync(IOutbox outbox) => Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[1024]) };
        request.SetIdempotencyKey($"key-{i}");
        await outbox.EnqueueAsync("pay", request, cancellationToken: default);
    });

    private ServiceProvider Services(Countdown countdown, Action<IServiceCollection> addStore)
    {
        var services = new ServiceCollection();
        addStore(services);
        services.AddResilientHttpClient("pay", client => client.BaseAddress = new(upstream))
            .AddIdempotencyKey(IdempotencyProfile.Stripe)
            .AddOutbox(outbox => (outbox.StorePlaintext, outbox.MaxConcurrency) = (true, 64))
            .AddRetry()
            .AddHttpMessageHandler(() => new CountingHandler(countdown))
            .RemoveAllLoggers();
        return services.BuildServiceProvider();
    }
}
