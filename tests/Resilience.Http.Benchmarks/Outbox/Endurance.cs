using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>Whether memory stays flat, however many calls have been kept and made.</summary>
/// <param name="upstream">The address of the server.</param>
internal sealed class Endurance(string upstream)
{
    private const int Wave = 10_000;
    private const int WarmUpWaves = 2;
    private const double MaxGrowth = 1.25;

    /// <returns>1 if memory has grown.</returns>
    public async Task<int> RunAsync(int entries)
    {
        var folder = Directory.CreateTempSubdirectory("endurance-");
        var (countdown, first, last) = (new Countdown(), 0L, 0L);
        await using (var services = Payer.Build(upstream, countdown, services => services.AddSqliteOutbox(sqlite => sqlite.Path = Path.Combine(folder.FullName, "outbox.db"))))
            (first, last) = await RunAsync(services, countdown, entries);
        folder.Delete(recursive: true);
        return last > first * MaxGrowth ? 1 : 0;
    }

    private static async Task<(long First, long Last)> RunAsync(ServiceProvider services, Countdown countdown, int entries)
    {
        var outbox = services.GetRequiredService<IOutbox>();
        IHostedService[] drains = [.. services.GetServices<IHostedService>()];
        await Task.WhenAll(drains.Select(drain => drain.StartAsync(default)));
        var (first, last) = (0L, 0L);
        for (var made = 0; made < entries; made += Wave)
        {
            var done = countdown.Expect(Wave);
            await Payer.EnqueueAsync(outbox, made, Wave);
            await done;
            last = Measure(made + Wave);
            if (made / Wave == WarmUpWaves)
                first = last;
        }

        await Task.WhenAll(drains.Select(drain => drain.StopAsync(default)));
        return (first, last);
    }

    private static long Measure(int made)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made,9:N0} made: heap {heap / 1048576.0:0.0} MiB, process {Environment.WorkingSet / 1048576.0:0} MiB"));
        return heap;
    }
}
