using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>One of several processes that share a limit: sends more than its share, and says at the end what it was admitted in each hundredth of a second.</summary>
internal static class Member
{
    public const int Limit = 1000;
    public const int Burst = 50;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    public static TimeSpan LeaseTime { get; } = TimeSpan.FromMilliseconds(50);

    public static long Now => TimeProvider.System.GetTimestamp() * 100 / TimeProvider.System.TimestampFrequency;

    /// <summary>Sends requests until its standard input ends.</summary>
    public static async Task<int> RunAsync(string place, double rate)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(place);
        await using var services = Services(connection);
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("measured");
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var admitted = new SortedDictionary<long, int>();
        var (end, started, sent) = (Task.Run(Console.In.ReadLine), TimeProvider.System.GetTimestamp(), 0L);
        while (!end.IsCompleted && await timer.WaitForNextTickAsync())
        {
            for (var due = (long)(rate * TimeProvider.System.GetElapsedTime(started).TotalSeconds); sent < due; sent++)
                _ = SendAsync(client, admitted);
        }

        lock (admitted)
            Console.WriteLine(string.Join(';', admitted.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}"))));
        return 0;
    }

    private static async Task SendAsync(HttpClient client, SortedDictionary<long, int> admitted)
    {
        try
        {
            using var response = await client.GetAsync("https://upstream.test/");
            var now = Now;
            lock (admitted)
                admitted[now] = admitted.GetValueOrDefault(now) + 1;
        }
        catch (RateLimitedException)
        {
            // That is what the limit is for.
        }
    }

    private static ServiceProvider Services(IConnectionMultiplexer connection)
    {
        var services = new ServiceCollection();
        services.AddSingleton(_ => connection).AddRedisQuotas();
        services.AddResilientHttpClient("measured").AddQuota(quota =>
        {
            (quota.PermitsPerSecond, quota.Burst, quota.LeaseTime) = (Limit, Burst, LeaseTime);
            (quota.QueueLimit, quota.MaxQueueTime) = (0, TimeSpan.Zero);
        }).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => new Answering());
        return services.BuildServiceProvider();
    }
}
