using System.Diagnostics;
using System.Globalization;
using Resilience.Http.Benchmarks.Load;
using Resilience.Http.Benchmarks.Ratios;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>Three processes that share 1,000 a second, in leases of 50 ms, with a burst of 50, at four times that load.</summary>
internal static class FleetRows
{
    private const int Processes = 3;
    private const double Load = 4;
    private const int PerSecond = 100;
    private const int Seconds = 10;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public static async Task<Figure[]> OfAsync(RedisProcess redis)
    {
        var rate = (Load * Member.Limit / Processes).ToString(CultureInfo.InvariantCulture);
        Process[] members = [.. Enumerable.Range(0, Processes).Select(_ => LoadTest.Start("member", redis.Place, rate))];
        await Task.Delay(WarmUp, TimeProvider.System);
        await redis.ResetAsync();
        var from = Member.Now;
        await Task.Delay(TimeSpan.FromSeconds(Seconds), TimeProvider.System);
        var (trips, to) = (await redis.RoundTripsAsync(), Member.Now);
        var admitted = await Task.WhenAll(members.Select(EndAsync));
        return Figures(admitted, from, to, trips);
    }

    private static Figure[] Figures(Dictionary<long, int>[] admitted, long from, long to, long trips)
    {
        var all = admitted.SelectMany(member => member).Where(one => one.Key >= from && one.Key < to).GroupBy(one => one.Key).ToDictionary(group => group.Key, group => group.Sum(one => one.Value));
        double[] seconds = [.. Range(from, to - PerSecond).Select(start => (double)Range(start, start + PerSecond).Sum(at => all.GetValueOrDefault(at)))];
        double[] each = [.. admitted.Select(member => (double)member.Where(one => one.Key >= from && one.Key < to).Sum(one => one.Value))];
        var length = (double)(to - from) / PerSecond;
        double[] parts = [.. each.Select(one => one / each.Average())];
        return
        [
            Of("three processes at 4 times the limit: steady", seconds.Average(), Member.Limit / seconds.Average(), 1 / 0.97),
            Of("the same: median of all seconds", seconds.Median, seconds.Median / Member.Limit, 1.06),
            Of("the same: most in any second", seconds.Max(), seconds.Max() / Member.Limit, 1.15),
            Of("the same: even share / least share", each.Min() / length, 1 / parts.Min(), 2),
            Of("the same: round trips a second / processes and leases", trips / length, trips / length / (Processes / Member.LeaseTime.TotalSeconds), 1.2),
        ];
    }

    private static Figure Of(string what, double seen, double value, double bound) => new(what, "count", seen, null, string.Empty, value, bound);

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var at = from; at < to; at++)
            yield return at;
    }

    private static async Task<Dictionary<long, int>> EndAsync(Process member)
    {
        member.StandardInput.Close();
        var line = await member.StandardOutput.ReadToEndAsync();
        await member.WaitForExitAsync();
        member.Dispose();
        return line.Trim().Split(';').Select(one => one.Split(' ')).ToDictionary(one => long.Parse(one[0], CultureInfo.InvariantCulture), one => int.Parse(one[1], CultureInfo.InvariantCulture));
    }
}
