namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>What keeping a call costs on a SQLite file. Both files have written enough before that their logs no longer grow: a commit is dearer while they do.</summary>
internal static class Writes
{
    private const int WarmUp = 600;
    private const int Callers = 16;
    private const int Crowd = 8000;
    private const int Blocks = 10;
    private const int BlockLength = 50;

    /// <summary>Many callers at once, in turn with one row a commit, so that both share what else the machine does.</summary>
    public static async Task<(double PerSecond, double P99, double BarePerSecond, double Ratio)> TogetherAsync()
    {
        using var store = new StoreFile();
        using var bare = new BareFile();
        await WarmUpAsync(store, bare);

        var (times, together, alone, ratios) = (new List<double>(), 0.0, 0.0, new double[Blocks]);
        for (var block = 0; block < Blocks; block++)
        {
            var started = TimeProvider.System.GetTimestamp();
            times.AddRange((await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => WriteAsync(store, Crowd / Callers / Blocks))))).SelectMany(one => one));
            var ours = TimeProvider.System.GetElapsedTime(started).TotalSeconds / Crowd * Blocks;
            var theirs = Write(bare, BlockLength).TotalSeconds / BlockLength;
            (together, alone, ratios[block]) = (together + ours, alone + theirs, theirs / ours);
        }

        times.Sort();
        return (Blocks / together, times[times.Count * 99 / 100], Blocks / alone, ratios.Median);
    }

    /// <summary>One caller by itself, in turn with a bare commit, so that both share what else the machine does.</summary>
    /// <returns>How many times as long a commit takes as a bare one.</returns>
    public static async Task<double> AloneAsync()
    {
        using var store = new StoreFile();
        using var bare = new BareFile();
        await WarmUpAsync(store, bare);

        var ratios = new double[Blocks];
        for (var block = 0; block < Blocks; block++)
        {
            var ours = (await WriteAsync(store, BlockLength)).Sum();
            ratios[block] = ours / Write(bare, BlockLength).TotalMilliseconds;
        }

        return ratios.Median;
    }

    private static async Task WarmUpAsync(StoreFile store, BareFile bare)
    {
        await WriteAsync(store, WarmUp);
        Write(bare, WarmUp);
    }

    private static async Task<double[]> WriteAsync(StoreFile store, int writes)
    {
        var times = new double[writes];
        for (var i = 0; i < writes; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await store.WriteAsync();
            times[i] = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        }

        return times;
    }

    private static TimeSpan Write(BareFile bare, int writes)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < writes; i++)
            bare.Write();
        return TimeProvider.System.GetElapsedTime(started);
    }
}
