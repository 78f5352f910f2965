using System.Text.Json;
using Resilience.Http.Benchmarks.Load;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>
/// Rows that are measured in several processes, one after the other. What a call takes on either side is so little that it depends on how the runtime has
/// happened to compile the two, which is another way in each process: a figure is the median of theirs.
/// </summary>
internal static class SeveralProcesses
{
    private const int Count = 5;

    /// <summary>The medians of a group of rows.</summary>
    public static IEnumerable<Figure> Measure(string group)
        => Enumerable.Range(0, Count).SelectMany(_ => MeasureElsewhere(group)).GroupBy(static figure => (figure.What, figure.Measure)).Select(static figures => figures.OrderBy(static figure => figure.Value).ElementAt(Count / 2));

    /// <summary>Measures a group here, and prints it for the process that has begun this one.</summary>
    public static int Print(string group)
    {
        foreach (var figure in Table.Measure(RowsOf(group)))
            Console.WriteLine(JsonSerializer.Serialize(figure));
        return 0;
    }

    private static IReadOnlyList<Row> RowsOf(string group) => group switch
    {
        "calls" => CallRows.All,
        "posts" => PostRows.All,
        "company" => CompanyRows.All,
        "clients" => ClientRows.All,
        _ => throw new ArgumentException($"There are no rows of {group}.", nameof(group)),
    };

    private static List<Figure> MeasureElsewhere(string group)
    {
        using var process = LoadTest.Start("ratios", group);
        var figures = new List<Figure>();
        while (process.StandardOutput.ReadLine() is { } line)
            figures.Add(JsonSerializer.Deserialize<Figure>(line));
        process.WaitForExit();
        return process.ExitCode == 0 ? figures : throw new InvalidOperationException($"The rows of {group} could not be measured.");
    }
}
