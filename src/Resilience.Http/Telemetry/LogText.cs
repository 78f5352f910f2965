using System.Text;

namespace Resilience.Http;

/// <summary>Makes what a server wrote fit for a log line or a message.</summary>
internal static class LogText
{
    private const int MaxLength = 200;

    /// <summary>At most 200 characters of the text, those that could break or forge a line made spaces.</summary>
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
