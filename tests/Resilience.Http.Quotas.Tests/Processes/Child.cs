using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What a process does that a test starts: it sends requests at a rate until its input ends, and says when each was begun and admitted.</summary>
internal static class Child
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>The arguments of a process.</summary>
    public static string[] Arguments(string place, QuotaFallback fallback, double rate, TimeSpan off)
        => [place, $"{fallback}", rate.ToString(CultureInfo.InvariantCulture), off.ToString("c", CultureInfo.InvariantCulture)];

    public static async Task<int> RunAsync(string[] args)
    {
        var rate = double.Parse(args[2], CultureInfo.InvariantCulture);
        var journal = new Journal();
        await using var services = await ServicesAsync(args[0], Enum.Parse<QuotaFallback>(args[1]), TimeSpan.Parse(args[3], CultureInfo.InvariantCulture), journal);
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("shop");
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var (end, started, sent) = (Task.Run(Console.In.ReadLine), Journal.Now, 0L);
        while (!end.IsCompleted && await timer.WaitForNextTickAsync())
        {
            for (var due = (long)(rate * TimeProvider.System.GetElapsedTime(started).TotalSeconds); sent < due; sent++)
                _ = SendAsync(client, journal);
            journal.Note(Member.Sent, Journal.Now, sent);
            journal.Print();
        }

        await services.DisposeAsync();
        journal.Print();
        return 0;
    }

    private static async Task SendAsync(HttpClient client, Journal journal)
    {
        var begun = Journal.Now;
        try
        {
            using var response = await client.GetAsync("/");
            journal.Note(Member.Admission, begun, Journal.Now);
        }
        catch (RateLimitedException)
        {
            // More is sent than the limit allows.
        }
    }

    private static async Task<ServiceProvider> ServicesAsync(string place, QuotaFallback fallback, TimeSpan off, Journal journal)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new WrongClock(TimeProvider.System, off));
        IQuotaStore store = place.StartsWith("Host=", StringComparison.Ordinal)
            ? new PostgreSqlQuotaStore(NpgsqlDataSource.Create(place))
            : new RedisQuotaStore(await ConnectionMultiplexer.ConnectAsync(place));
        services.AddSingleton<IQuotaStore>(new NotedStore(store, journal));
        services.AddResilientHttpClient("shop", client => client.BaseAddress = new("https://shop.example/")).AddQuota(quota =>
        {
            (quota.PermitsPerSecond, quota.Burst, quota.LeaseTime) = (Processes.Rate, Processes.Burst, Processes.LeaseTime);
            (quota.QueueLimit, quota.MaxQueueTime, quota.Fallback) = (0, TimeSpan.Zero, fallback);
        });
        services.AddScriptedUpstream("shop", script => script.Answer(200));
        return services.BuildServiceProvider();
    }
}
