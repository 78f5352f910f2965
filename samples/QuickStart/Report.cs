using System.Globalization;
using Spectre.Console;

namespace QuickStart;

/// <summary>A table that changes in place in a terminal, a line a second where the output is piped.</summary>
internal static class Report
{
    private const int PipedWidth = 140;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static async Task FollowAsync(Task load, Contender[] all)
    {
        using var timer = new PeriodicTimer(Second, TimeProvider.System);
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            while (!load.IsCompleted && await timer.WaitForNextTickAsync())
                Console.WriteLine(LineOf(all));
            return;
        }

        await AnsiConsole.Live(TableOf(all)).StartAsync(async display =>
        {
            while (!load.IsCompleted && await timer.WaitForNextTickAsync())
                display.UpdateTarget(TableOf(all));
        });
    }

    public static void Summarize(Contender[] all)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = PipedWidth;

        var table = new Table().AddColumns("client", "calls", "succeeded", "attempts", "stopped by budget", "rejected by circuit", "p50 ms", "p99 ms", "duplicates");
        foreach (var contender in all)
        {
            var tally = contender.Tally;
            table.AddRow(
                contender.Name, Text(tally.Calls), $"{Text(tally.Succeeded)} ({tally.SuccessRatio.ToString("P1", CultureInfo.InvariantCulture)})", Text(tally.Attempts), Text(tally.StoppedByBudget),
                Text(tally.RejectedByCircuit), Text(tally.Percentile(0.5)), Text(tally.Percentile(0.99)), contender.Duplicates is { } count ? Text(count) : "-");
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

    private static string LineOf(Contender[] all)
        => $"{all[0].Weather,-12} " + string.Join(" | ", all.Select(one => $"{one.Name}: {one.Tally.Succeeded,3} of {one.Tally.Calls,3}, {one.Tally.Attempts,3} sent"));

    private static Table TableOf(Contender[] all)
    {
        var table = new Table().Title($"The upstream now: {all[0].Weather?.ToString() ?? "real"}").AddColumns("client", "calls", "succeeded", "attempts", "rejected by circuit");
        foreach (var (name, tally) in all.Select(contender => (contender.Name, contender.Tally)))
            table.AddRow(name, Text(tally.Calls), Text(tally.Succeeded), Text(tally.Attempts), Text(tally.RejectedByCircuit));
        return table;
    }

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
