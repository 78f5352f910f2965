namespace Migration.Tests;

/// <summary>src/Resilience.Http/Migration.md, whose tables and code the tests hold to what the libraries do.</summary>
internal static class MigrationPage
{
    public static Readme Readme { get; } = new("src/Resilience.Http/Migration.md");

    /// <summary>The rows below a heading, without the head of the table; cells as they are written.</summary>
    public static IReadOnlyList<string[]> Table(string heading)
        => [.. Section(heading).Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    /// <summary>What is written as code in a cell.</summary>
    public static string[] Code(string cell) => [.. cell.Split('`').Where((_, at) => at % 2 == 1)];

    private static IEnumerable<string> Section(string heading)
        => Readme.Text.Split('\n').SkipWhile(line => line.TrimStart('#', ' ') != heading).Skip(1).TakeWhile(line => !line.StartsWith('#'));
}
