namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>What keeping a call costs on a SQLite file. Both files have written enough before that their logs no longer grow: a commit is dearer while they do.</summary>
internal static class Writes
{
    private const int WarmUp = 600;
    private const int Callers = 16;
    private const int Crowd = 8000;
    private const int Blocks = 10;
    private const int BlockLength = 50;

    /// <summary>Many callers at once, beside one row a commit.</summary>
    public static async Task<(double PerSecond, double P99, double BarePerSecond)> TogetherAsync()
    {
        using var store = new StoreFile();
        using var bare = new BareFile();
        await WarmUpAsync(store, bare);

        var started = TimeProvider.System.GetTimestamp();
        double[] times = [.. (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => WriteAsync(store, Crowd / Callers))))).SelectMany(times => times).Order()];
        var together = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return (Crowd / together, times[times.Length * 99 / 100], BlockLength * Blocks / Write(bare, BlockLength * Blocks).TotalSeconds);
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
