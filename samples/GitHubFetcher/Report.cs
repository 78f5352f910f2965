using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace GitHubFetcher;

/// <summary>What was found, for people or for programs.</summary>
internal static class Report
{
    private const int PipedWidth = 160;

    public static void Write(IReadOnlyList<Repository> repositories, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(repositories, Repository.Format));
            return;
        }

        Write(["repository", "stars", "language", "last push", "description"], repositories.OrderByDescending(repository => repository.StargazersCount).Select(repository => new[]
        {
            repository.FullName, Text(repository.StargazersCount), repository.Language ?? "", repository.PushedAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "", repository.Description ?? "",
        }));
        Console.WriteLine($"{Text(repositories.Count)} repositories");
    }

    public static void Write(string[] columns, IEnumerable<string[]> rows)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = PipedWidth;

        var table = new Table().AddColumns(columns);
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    public static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
