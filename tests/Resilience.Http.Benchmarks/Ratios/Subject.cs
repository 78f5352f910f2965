namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>One thing to be measured.</summary>
/// <param name="time">Does it so many times and says how long that took.</param>
internal sealed class Subject(Func<int, TimeSpan> time)
{
    private const int RunsForBytes = 2_000;

    private static readonly TimeProvider Clock = TimeProvider.System;
    private readonly List<double> _times = [];
    private int _batch = 1;

    /// <param name="run">Does it once.</param>
    public Subject(Action run)
        : this(times => Time(run, times))
    {
    }

    /// <summary>How long what is measured at a time takes: short, so that it slips in between what else the machine does.</summary>
    public TimeSpan BatchLength { get; init; } = TimeSpan.FromMilliseconds(0.5);

    /// <summary>Nanoseconds per run, one figure per round.</summary>
    public IReadOnlyList<double> Times => _times;

    /// <summary>Bytes per run, on all threads.</summary>
    public double Bytes { get; private set; }

    /// <summary>Finds how many runs fill a batch, in steps, as the first ones may be too short for the clock.</summary>
    public void Calibrate() => _batch = (int)Math.Clamp(BatchLength.TotalNanoseconds / TimeBatch(), 1, 10.0 * _batch);

    public void MeasureTime() => _times.Add(TimeBatch());

    public void MeasureBytes()
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        time(RunsForBytes);
        Bytes = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / RunsForBytes;
    }

    private double TimeBatch() => time(_batch).TotalNanoseconds / _batch;

    private static TimeSpan Time(Action run, int times)
    {
        var started = Clock.GetTimestamp();
        for (var i = 0; i < times; i++)
            run();
        return Clock.GetElapsedTime(started);
    }
}
