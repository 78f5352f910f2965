using System.Text.Json;
using Resilience.Http.Benchmarks.Load;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>
/// Rows that are measured in several processes, one after the other. What a call takes on either side is so little that it depends on how the runtime has
/// happened to compile the two, which is another way in each process: a figure is the median of theirs. Those that took longest are left out, as for a
/// while something else on the machine makes all of it slower, and not both sides alike.
/// </summary>
internal static class SeveralProcesses
{
    private const int Count = 5;
    private const int Quietest = 3;

    private static IEnumerable<Func<IEnumerable<Figure>>> Groups =>
    [
        static () => Table.Measure(CallRows.All),
        static () => Table.Measure(PostRows.All),
        static () => Table.Measure(CompanyRows.All),
        static () => Table.Measure(ClientRows.All),
        static () => Table.Measure(RejectionRows.All),
        static () => Table.Measure(TakeRows.All),
    ];

    /// <summary>The medians.</summary>
    public static IEnumerable<Figure> Measure()
        => Enumerable.Range(0, Count).SelectMany(static _ => MeasureElsewhere()).GroupBy(static figure => (figure.What, figure.Measure)).Select(MedianOfQuietest);

    /// <summary>Measures all rows here, and prints them for the process that has begun this one.</summary>
    public static int Print()
    {
        foreach (var figure in Groups.SelectMany(static measure => measure()))
            Console.WriteLine(JsonSerializer.Serialize(figure));
        return 0;
    }

    private static Figure MedianOfQuietest(IEnumerable<Figure> figures)
        => figures.OrderBy(static figure => figure.Ours + figure.Peer.GetValueOrDefault()).Take(Quietest).OrderBy(static figure => figure.Value).ElementAt(Quietest / 2);

    private static List<Figure> MeasureElsewhere()
    {
        using var process = LoadTest.Start("ratios", "once");
        var figures = new List<Figure>();
        while (process.StandardOutput.ReadLine() is { } line)
            figures.Add(JsonSerializer.Deserialize<Figure>(line));
        process.WaitForExit();
        return process.ExitCode == 0 ? figures : throw new InvalidOperationException("The rows could not be measured.");
    }
}
