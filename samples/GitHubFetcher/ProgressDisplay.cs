using Spectre.Console;

namespace GitHubFetcher;

/// <summary>Bars and a countdown in a terminal, a line a second where it is piped; beside the output proper, on standard error.</summary>
internal static class ProgressDisplay
{
    public static async Task FollowAsync(Task work, IReadOnlyList<FetchProgress> fetches)
    {
        if (Console.IsErrorRedirected)
            await WriteLinesAsync(work, fetches);
        else
            await DrawBarsAsync(work, fetches);
    }

    private static async Task WriteLinesAsync(Task work, IReadOnlyList<FetchProgress> fetches)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        while (!work.IsCompleted && await timer.WaitForNextTickAsync())
            await Console.Error.WriteLineAsync(string.Join(" | ", fetches));
    }

    private static async Task DrawBarsAsync(Task work, IReadOnlyList<FetchProgress> fetches)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress().Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }).StartAsync(async display =>
        {
            (FetchProgress Fetch, ProgressTask Bar)[] bars = [.. fetches.Select(fetch => (fetch, display.AddTask(Markup.Escape($"{fetch}"), maxValue: 1)))];
            do
            {
                foreach (var (fetch, bar) in bars)
                    (bar.Value, bar.Description) = (fetch.Share, Markup.Escape($"{fetch}"));
            }
            while (!work.IsCompleted && await timer.WaitForNextTickAsync());
        });
    }
}
