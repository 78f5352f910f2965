namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>One thing to be measured.</summary>
/// <param name="run">Does it once, or <paramref name="operations"/> times.</param>
/// <param name="operations">How often one run does it.</param>
internal sealed class Subject(Action run, int operations = 1)
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan BatchLength = TimeSpan.FromMilliseconds(0.5);

    private readonly List<double> _times = [];
    private int _batch = 1;

    /// <summary>Nanoseconds per operation, one figure per round.</summary>
    public IReadOnlyList<double> Times => _times;

    /// <summary>Bytes per operation, on all threads.</summary>
    public double Bytes { get; private set; }

    /// <summary>Finds how many runs fill a batch: short ones slip in between what else the machine does.</summary>
    public void Calibrate()
    {
        var time = TimeBatch();
        _batch = Math.Max(1, (int)(BatchLength.TotalNanoseconds / (time * operations)));
    }

    public void MeasureTime() => _times.Add(TimeBatch());

    public void MeasureBytes()
    {
        var runs = Math.Max(1, 2_000 / operations);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < runs; i++)
            run();
        Bytes = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / runs / operations;
    }

    private double TimeBatch()
    {
        var started = Clock.GetTimestamp();
        for (var i = 0; i < _batch; i++)
            run();
        return Clock.GetElapsedTime(started).TotalNanoseconds / _batch / operations;
    }
}
