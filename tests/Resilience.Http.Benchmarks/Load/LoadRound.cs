using System.Globalization;

namespace Resilience.Http.Benchmarks.Load;

/// <summary>What workers got done in a while, and what it cost this process.</summary>
internal readonly record struct LoadRound(double RequestsPerSecond, double CpuPerRequest)
{
    private const int Workers = 16;

    public static async Task<LoadRound> RunAsync(HttpClient client, Uri address, TimeSpan duration)
    {
        var (started, cpu) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var counts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => SendAsync(client, address, started, duration))));
        var took = TimeProvider.System.GetElapsedTime(started);
        return new(counts.Sum() / took.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / counts.Sum());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RequestsPerSecond,8:0} /s {CpuPerRequest,6:0.0} us");

    private static async Task<int> SendAsync(HttpClient client, Uri address, long started, TimeSpan duration)
    {
        var count = 0;
        for (; TimeProvider.System.GetElapsedTime(started) < duration; count++)
            (await client.GetAsync(address)).Dispose();
        return count;
    }
}
