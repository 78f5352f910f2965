using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Many partitions.</summary>
internal static class CrowdRows
{
    private const int Few = 10;
    private const int Layouts = 3;
    private const int BytesEach = 168;
    private const int MaxIdleSeconds = 20;
    private const double Quiet = 0.05;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    public static IEnumerable<Figure> Of(int count)
    {
        WarmUp();
        var crowd = new Crowd { Count = count };
        var (timersBefore, idleBefore) = (Timer.ActiveCount, IdleCpuBeside(Bytes(count)));
        crowd.SetUpOurs();
        var (timers, idle) = (Timer.ActiveCount, IdleCpuBeside(crowd));
        var takes = MeasureTakes(crowd);
        return
        [
            // What is left on the heap when each of them has taken a permit.
            new($"{count:#,0} partitions, each", "bytes", crowd.BytesEach, null, "B", crowd.BytesEach, 200),
            new($"{count:#,0} partitions, timers / before there were any", "count", timers, timersBefore, string.Empty, timers - timersBefore, 0),
            // Of the whole process, when nothing is asked of it.
            new($"{count:#,0} partitions, idle processor time / bytes in their place", "time", idle, idleBefore, "%", idle - idleBefore, 0.2),
            .. takes,
        ];
    }

    // The runtime compiles for what it saw first: that shall be takes, of which there are many, and not the making of partitions.
    private static void WarmUp()
    {
        var few = new Crowd { Count = Few };
        few.SetUpOurs();
        MeasureTakes(few);
    }

    // Where a crowd comes to lie in memory decides much of what it takes to find somebody in it, and is a matter of luck for both sides.
    private static List<Figure> MeasureTakes(Crowd crowd)
    {
        // A free permit of one of them, against a PartitionedRateLimiter of token buckets with as many partitions.
        var row = new Row($"take among {crowd.Count:#,0} partitions / PartitionedRateLimiter", new(() => crowd.TokenBucket()), new(() => crowd.PartitionedRateLimiter()))
        {
            MaxTimeRatio = 1,
            MaxBytes = 0,
        };
        for (var layout = 1; ; layout++)
        {
            crowd.SetUpPeer();
            Table.Take([row]);
            crowd.CleanUp();
            if (layout == Layouts)
                return [.. row.Figures];

            crowd = new Crowd { Count = crowd.Count };
            crowd.SetUpOurs();
        }
    }

    // As much memory as so many partitions: the runtime's own threads wake now and then, and the more memory there is, the more that costs.
    private static byte[][] Bytes(int count) => [.. Enumerable.Range(0, count).Select(_ => new byte[BytesEach])];

    private static double IdleCpuBeside(object held)
    {
        GC.Collect();
        var idle = IdleCpu();
        GC.KeepAlive(held);
        return idle;
    }

    /// <summary>
    /// Percent of one processor that this process uses while nothing is asked of it: in the first second that is quiet, or the quietest of many, as the
    /// runtime still compiles what has just run, and still collects. What runs for the partitions would run in each of them.
    /// </summary>
    private static double IdleCpu()
    {
        var least = double.MaxValue;
        for (var second = 0; second < MaxIdleSeconds && least > Quiet; second++)
            least = Math.Min(least, CpuOfOneSecond());
        return least;
    }

    private static double CpuOfOneSecond()
    {
        var before = Environment.CpuUsage.TotalTime;
        Task.Delay(IdleTime, TimeProvider.System).Wait();
        return (Environment.CpuUsage.TotalTime - before) / IdleTime * 100;
    }
}
