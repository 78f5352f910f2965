using System.Globalization;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Measures all rows in turn, round after round, and prints them with their bounds.</summary>
internal static class Table
{
    private const int WarmUpRounds = 400;
    private const int Rounds = 800;

    // Crowds last, and here: a million partitions would make every collection of the others slower.
    public static IEnumerable<Func<IEnumerable<Figure>>> Ratios => [SeveralProcesses.Measure, static () => WireRows.All, static () => CrowdRows.Of(1_000), static () => CrowdRows.Of(1_000_000)];

    /// <returns>1 if a bound is missed.</returns>
    public static int Print(IEnumerable<Func<IEnumerable<Figure>>> groups)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} processors, .NET {Environment.Version}"));
        Console.WriteLine();
        Console.WriteLine($"| {"what",-64} | of    | {"ours",12} | {"peer",12} | {"figure",7} | {"bound",7} |      |");
        Console.WriteLine($"|{new string('-', 66)}|-------|-------------:|-------------:|--------:|--------:|------|");
        var missed = 0;
        foreach (var figure in groups.SelectMany(measure => measure()))
        {
            Console.WriteLine(figure);
            missed += figure.IsInBounds ? 0 : 1;
        }

        Console.WriteLine();
        Console.WriteLine($"{missed} bounds missed");
        return missed > 0 ? 1 : 0;
    }

    public static IEnumerable<Figure> Measure(IReadOnlyList<Row> rows)
    {
        Take(rows);
        return rows.SelectMany(row => row.Figures);
    }

    /// <summary>Takes the rows' measures, beside those that were taken before.</summary>
    public static void Take(IReadOnlyList<Row> rows)
    {
        Subject[] subjects = [.. rows.SelectMany(row => row.Subjects).Distinct()];
        for (var round = 0; round < WarmUpRounds; round++)
            Array.ForEach(subjects, subject => subject.Calibrate());
        for (var round = 0; round < Rounds; round++)
            Array.ForEach(subjects, subject => subject.MeasureTime());
        Array.ForEach(subjects, subject => subject.MeasureBytes());
    }
}
