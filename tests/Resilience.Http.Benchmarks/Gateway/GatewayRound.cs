using System.Diagnostics;
using System.Globalization;

namespace Resilience.Http.Benchmarks.Gateway;

/// <summary>What workers got done through a proxy in a while, and what it cost the proxy.</summary>
internal readonly record struct GatewayRound(double RequestsPerSecond, TimeSpan Median, TimeSpan Percentile99, double CpuPerRequest)
{
    private const int Workers = 16;

    public static async Task<GatewayRound> RunAsync(HttpClient client, Uri address, Process proxy, TimeSpan duration)
    {
        var (started, cpu) = (TimeProvider.System.GetTimestamp(), CpuOf(proxy));
        var times = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => SendAsync(client, address, started, duration))));
        var took = TimeProvider.System.GetElapsedTime(started);
        TimeSpan[] ordered = [.. times.SelectMany(static worker => worker).Order()];
        return new(ordered.Length / took.TotalSeconds, ordered[ordered.Length / 2], ordered[ordered.Length * 99 / 100], (CpuOf(proxy) - cpu).TotalMicroseconds / ordered.Length);
    }

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{RequestsPerSecond,7:0} /s {Median.TotalMilliseconds,6:0.00} ms, p99 {Percentile99.TotalMilliseconds,6:0.00} ms, {CpuPerRequest,5:0.0} us");

    private static TimeSpan CpuOf(Process proxy)
    {
        proxy.Refresh();
        return proxy.TotalProcessorTime;
    }

    private static async Task<List<TimeSpan>> SendAsync(HttpClient client, Uri address, long started, TimeSpan duration)
    {
        var times = new List<TimeSpan>();
        while (TimeProvider.System.GetElapsedTime(started) < duration)
        {
            var sent = TimeProvider.System.GetTimestamp();
            (await client.GetAsync(address)).EnsureSuccessStatusCode().Dispose();
            times.Add(TimeProvider.System.GetElapsedTime(sent));
        }

        return times;
    }
}
