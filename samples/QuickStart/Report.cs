using System.Globalization;
using Spectre.Console;

namespace QuickStart;

/// <summary>A table that changes in place in a terminal, a line a second where the output is piped.</summary>
internal static class Report
{
    private const int PipedWidth = 140;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static async Task FollowAsync(Task load, Tally[] tallies, Func<Weather?> weather)
    {
        using var timer = new PeriodicTimer(Second, TimeProvider.System);
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            while (!load.IsCompleted && await timer.WaitForNextTickAsync())
                Console.WriteLine(LineOf(tallies, weather()));
            return;
        }

        await AnsiConsole.Live(TableOf(tallies, weather())).StartAsync(async display =>
        {
            while (!load.IsCompleted && await timer.WaitForNextTickAsync())
                display.UpdateTarget(TableOf(tallies, weather()));
        });
    }

    public static void Summarize(params (Tally Tally, int? Duplicates)[] rows)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = PipedWidth;

        var table = new Table().AddColumns("client", "calls", "succeeded", "attempts", "avoided by budget", "shed by circuit", "p50 ms", "p99 ms", "duplicates");
        foreach (var (tally, duplicates) in rows)
        {
            table.AddRow(
                tally.Name, Text(tally.Calls), $"{Text(tally.Succeeded)} ({tally.SuccessRatio.ToString("P1", CultureInfo.InvariantCulture)})", Text(tally.Attempts), Text(tally.AvoidedByBudget),
                Text(tally.ShedByCircuit), Text(tally.Percentile(0.5)), Text(tally.Percentile(0.99)), duplicates is { } count ? Text(count) : "-");
        }

        AnsiConsole.Write(table);
    }

    /// <returns>The exit code.</returns>
    public static int Judge(IReadOnlyList<Promises> promises)
    {
        foreach (var promise in promises)
            Console.WriteLine($"{(promise.Kept ? "kept  " : "BROKEN")} {promise.Text}");
        return promises.All(promise => promise.Kept) ? 0 : 1;
    }

    private static string LineOf(Tally[] tallies, Weather? weather)
        => $"{weather,-12} " + string.Join(" | ", tallies.Select(tally => $"{tally.Name}: {tally.Succeeded,4} of {tally.Calls,4} calls, {tally.Attempts,4} attempts"));

    private static Table TableOf(Tally[] tallies, Weather? weather)
    {
        var table = new Table().Title($"The upstream now: {weather?.ToString() ?? "real"}").AddColumns("client", "calls", "succeeded", "attempts", "shed by circuit");
        foreach (var tally in tallies)
            table.AddRow(tally.Name, Text(tally.Calls), Text(tally.Succeeded), Text(tally.Attempts), Text(tally.ShedByCircuit));
        return table;
    }

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
