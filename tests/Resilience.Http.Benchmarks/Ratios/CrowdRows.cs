using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Many partitions.</summary>
internal static class CrowdRows
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    public static IEnumerable<Figure> Of(int count)
    {
        var crowd = new Crowd { Count = count };
        crowd.SetUpOurs();
        // The quietest of several: the runtime still compiles what has just run.
        var idle = Enumerable.Range(0, 4).Min(_ => IdleCpu());
        crowd.SetUpPeer();
        var row = new Row($"take among {count:#,0} partitions / PartitionedRateLimiter", new(() => crowd.TokenBucket()), new(() => crowd.PartitionedRateLimiter()))
        {
            MaxTimeRatio = 1,
            MaxBytes = 0,
        };
        return
        [
            new($"{count:#,0} partitions, each", "bytes", crowd.BytesEach, null, "B", crowd.BytesEach, 200),
            new($"{count:#,0} partitions, idle processor time", "time", idle, null, "%", idle, 1),
            .. Table.Measure([row]),
        ];
    }

    /// <summary>Percent of one processor that this process uses while nothing is asked of it.</summary>
    private static double IdleCpu()
    {
        var before = Environment.CpuUsage.TotalTime;
        Task.Delay(IdleTime, TimeProvider.System).Wait();
        return (Environment.CpuUsage.TotalTime - before) / IdleTime * 100;
    }
}
