using System.Globalization;
using System.Text;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What a process says of itself on its output, in lines of numbers. Times are timestamps of the system, which are the same in all processes.</summary>
internal sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _lines = new();

    public static long Now => TimeProvider.System.GetTimestamp();

    /// <summary>Notes an event. What ends a line shows that it is whole: a process may be killed in the middle of one.</summary>
    public void Note(char kind, params ReadOnlySpan<long> numbers)
    {
        lock (_lock)
        {
            _lines.Append(kind);
            foreach (var number in numbers)
                _lines.Append(CultureInfo.InvariantCulture, $" {number}");
            _lines.Append(" ;\n");
        }
    }

    public void Print()
    {
        string lines;
        lock (_lock)
        {
            lines = _lines.ToString();
            _lines.Clear();
        }

        Console.Out.Write(lines);
    }

    /// <summary>Reads a line.</summary>
    /// <returns>Its kind and its numbers; nothing if it is not whole.</returns>
    public static (char Kind, long[] Numbers) Read(string line)
        => line.Split(' ') is [[var kind], .. var numbers, ";"] ? (kind, [.. numbers.Select(number => long.Parse(number, CultureInfo.InvariantCulture))]) : default;
}
