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
        var countdown = new Countdown();
        ServiceProvider[] providers = [.. Enumerable.Range(0, workers).Select(_ => Payer.Build(upstream, countdown, addStore))];
        await Payer.EnqueueAsync(providers[0].GetRequiredService<IOutbox>(), 0, Calls);
        IHostedService[] drains = [.. providers.SelectMany(provider => provider.GetServices<IHostedService>())];

        var done = countdown.Expect(Calls);
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(drains.Select(drain => drain.StartAsync(default)));
        await done;
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        await Task.WhenAll(drains.Select(drain => drain.StopAsync(default)));
        foreach (var provider in providers)
            await provider.DisposeAsync();
        return Calls / seconds;
    }
}
