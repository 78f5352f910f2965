using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Many partitions.</summary>
internal static class CrowdRows
{
    private const int Rounds = 800;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    public static IEnumerable<Figure> Of(int count)
    {
        var crowd = new Crowd { Count = count };
        var (timersBefore, idleBefore) = (Timer.ActiveCount, IdleCpu());
        crowd.SetUpOurs();
        var (timers, idle) = (Timer.ActiveCount, IdleCpu());
        // Not in turns, as the other rows are: the peer's timers walk through all its partitions, whoever is being measured.
        var ours = Measure(() => crowd.TokenBucket());
        crowd.SetUpPeer();
        var peer = Measure(() => crowd.PartitionedRateLimiter());
        crowd.CleanUp();
        var row = new Row($"take among {count:#,0} partitions / PartitionedRateLimiter", ours, peer) { MaxTimeRatio = 1, MaxBytes = 0 };
        return
        [
            new($"{count:#,0} partitions, each", "bytes", crowd.BytesEach, null, "B", crowd.BytesEach, 200),
            new($"{count:#,0} partitions, timers / before there were any", "count", timers, timersBefore, string.Empty, timers - timersBefore, 0),
            new($"{count:#,0} partitions, idle processor time / before there were any", "time", idle, idleBefore, "%", idle - idleBefore, 0.2),
            .. row.Figures,
        ];
    }

    private static Subject Measure(Action take)
    {
        var subject = new Subject(take);
        for (var round = 0; round < Rounds; round++)
            subject.Calibrate();
        for (var round = 0; round < Rounds; round++)
            subject.MeasureTime();
        subject.MeasureBytes();
        return subject;
    }

    /// <summary>Percent of one processor that this process uses while nothing is asked of it: in the quietest of several seconds, as the runtime still compiles what has just run.</summary>
    private static double IdleCpu() => Enumerable.Range(0, 5).Min(_ =>
    {
        var before = Environment.CpuUsage.TotalTime;
        Task.Delay(IdleTime, TimeProvider.System).Wait();
        return (Environment.CpuUsage.TotalTime - before) / IdleTime * 100;
    });
}
