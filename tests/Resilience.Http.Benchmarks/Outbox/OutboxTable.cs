using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>What keeping a call costs on a SQLite file, and how fast kept calls are made. Ratios hold on any machine, figures on a calm one.</summary>
internal static class OutboxTable
{
    private const int Rounds = 5;
    private const int Writes = 8000;
    private const int Alone = 500;
    private const int Drained = 10_000;

    public static async Task<int> PrintAsync()
    {
        double[] group = new double[Rounds], single = new double[Rounds], p99 = new double[Rounds], lone = new double[Rounds], drained = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            (group[round], p99[round]) = await WriteAsync(callers: 16, Writes);
            single[round] = BareRate(Writes / 4);
            lone[round] = await LoneRatioAsync();
            drained[round] = await DrainAsync();
        }

        Console.WriteLine($"16 callers, committed together: {Median(group):N0}/s, p99 {Median(p99):0.0} ms; one row a commit: {Median(single):N0}/s; ratio {Median([.. group.Zip(single, (one, other) => one / other)]):0.0}");
        Console.WriteLine($"a lone caller: {Median(lone):0.00} x a bare commit");
        Console.WriteLine($"drain to a server in memory: {Median(drained):N0}/s");
        return 0;
    }

    private static async Task<(double PerSecond, double P99)> WriteAsync(int callers, int writes)
    {
        var folder = Directory.CreateTempSubdirectory("outbox-");
        double[] times;
        double seconds;
        using (var store = new SqliteOutboxStore(new() { Path = Path.Combine(folder.FullName, "outbox.db") }))
        {
            await store.OpenAsync(default);
            var started = TimeProvider.System.GetTimestamp();
            times = [.. (await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => WriteAsync(store, writes / callers))))).SelectMany(times => times).Order()];
            seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        }

        folder.Delete(recursive: true);
        return (writes / seconds, times[times.Length * 99 / 100]);
    }

    private static async Task<double[]> WriteAsync(SqliteOutboxStore store, int writes)
    {
        var times = new double[writes];
        for (var i = 0; i < writes; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await store.AddAsync(Row(store), null, default);
            times[i] = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        }

        return times;
    }

    private static async Task<double> LoneRatioAsync()
    {
        var ours = (await WriteAsync(callers: 1, Alone)).PerSecond;
        return BareRate(Alone) / ours;
    }

    private static double BareRate(int writes)
    {
        var folder = Directory.CreateTempSubdirectory("bare-");
        double seconds;
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "bare.db")};Pooling=False"))
        {
            connection.Open();
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (key TEXT PRIMARY KEY, body BLOB)");
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO bare VALUES ($key, $body)";
            var (key, body) = (insert.Parameters.Add("$key", SqliteType.Text), insert.Parameters.Add("$body", SqliteType.Blob));
            body.Value = new byte[1024];
            var started = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < writes; i++)
            {
                key.Value = Guid.NewGuid().ToString();
                insert.ExecuteNonQuery();
            }

            seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        }

        folder.Delete(recursive: true);
        return writes / seconds;
    }

    private static async Task<double> DrainAsync()
    {
        var folder = Directory.CreateTempSubdirectory("drain-");
        double seconds;
        using (var server = new CountingServer(Drained))
        {
            await using var services = Services(folder.FullName, server);
            var outbox = services.GetRequiredService<IOutbox>();
            await Parallel.ForEachAsync(Enumerable.Range(0, Drained), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[1024]) };
                request.SetIdempotencyKey($"key-{i}");
                await outbox.EnqueueAsync("pay", request, cancellationToken: default);
            });
            var started = TimeProvider.System.GetTimestamp();
            var drain = services.GetServices<IHostedService>().Single();
            await drain.StartAsync(default);
            await server.Done;
            seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            await drain.StopAsync(default);
        }

        folder.Delete(recursive: true);
        return Drained / seconds;
    }

    private static ServiceProvider Services(string folder, CountingServer server)
    {
        var services = new ServiceCollection();
        services.AddSqliteOutbox(sqlite => sqlite.Path = Path.Combine(folder, "outbox.db"));
        services.AddResilientHttpClient("pay", client => client.BaseAddress = new("http://pay.test/"))
            .AddIdempotencyKey(IdempotencyProfile.Stripe)
            .AddOutbox(outbox => (outbox.StorePlaintext, outbox.MaxConcurrency) = (true, 64))
            .AddRetry()
            .ConfigurePrimaryHttpMessageHandler(() => server);
        return services.BuildServiceProvider();
    }

    private static OutboxRow Row(SqliteOutboxStore store)
    {
        var id = Guid.NewGuid().ToString("N");
        return new() { Id = id, Client = "pay", Key = id, Destination = "here", Fingerprint = new byte[32], Payload = new byte[1024], KeptAt = store.Now, DueAt = store.Now, Fence = 1 };
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
