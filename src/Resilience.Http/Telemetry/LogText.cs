using System.Text;

namespace Resilience.Http;

/// <summary>Parts of log lines and messages.</summary>
internal static class LogText
{
    private const int MaxLength = 200;

    /// <summary>A number of things: <c>1 attempt</c>, <c>2 attempts</c>.</summary>
    public static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";

    /// <summary>What a server wrote, on one line: at most 200 characters, those that could break or forge a line made spaces.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaxLength) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > MaxLength)
                return line.Append('…').ToString();

            line.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
        }

        return line.ToString();
    }
}
