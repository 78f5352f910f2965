using System.Globalization;
using Resilience.Http.Benchmarks.Load;

namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>What keeping a call costs, and how fast kept calls are made. Ratios hold on any machine, figures on a calm one.</summary>
internal static class OutboxTable
{
    private const int Rounds = 5;
    private const int Workers = 3;

    /// <param name="postgres">A connection to PostgreSQL; null to leave it out.</param>
    public static async Task<int> PrintAsync(string? postgres)
    {
        using var server = LoadTest.Start("upstream");
        var drains = new Drains((await server.StandardOutput.ReadLineAsync())!);
        var together = await RepeatAsync(Writes.TogetherAsync);
        Print($"16 callers, committed together: {together.Select(one => one.PerSecond).Median:N0}/s, p99 {together.Select(one => one.P99).Median:0.0} ms");
        Print($"a bare commit for each row: {together.Select(one => one.BarePerSecond).Median:N0}/s; ratio {together.Select(one => one.Ratio).Median:0.0}");
        Print($"a lone caller: {(await RepeatAsync(Writes.AloneAsync)).Median:0.00} x a bare commit");
        Print($"drain, SQLite: {(await RepeatAsync(drains.SqliteAsync)).Median:N0}/s");
        if (postgres is not null)
            Print($"drain, PostgreSQL, {Workers} workers: {(await RepeatAsync(() => drains.PostgreSqlAsync(postgres, Workers))).Median:N0}/s");

        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return 0;
    }

    /// <summary>Keeps and makes so many calls, and looks at the memory.</summary>
    /// <returns>1 if it has grown.</returns>
    public static async Task<int> EndureAsync(int entries)
    {
        using var server = LoadTest.Start("upstream");
        var exit = await new Endurance((await server.StandardOutput.ReadLineAsync())!).RunAsync(entries);
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return exit;
    }

    private static async Task<List<T>> RepeatAsync<T>(Func<Task<T>> measure)
    {
        var found = new List<T>();
        for (var round = 0; round < Rounds; round++)
            found.Add(await measure());
        return found;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
