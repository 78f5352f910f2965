using System.Buffers;
using System.Text;

namespace Resilience.Http;

/// <summary>Bare items (RFC 9651 §4.2.3.1) other than numbers.</summary>
internal static class StructuredValues
{
    private static readonly SearchValues<char> TokenCharacters
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~:/");

    private static readonly SearchValues<char> Base64Characters
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    public static object? Read(ref ReadOnlySpan<char> rest) => rest switch
    {
        ['-' or (>= '0' and <= '9'), ..] => StructuredNumbers.Read(ref rest),
        ['"', ..] => ReadString(ref rest),
        ['*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..] => new StructuredToken(StructuredText.TakeWhile(ref rest, TokenCharacters).ToString()),
        [':', ..] => ReadBytes(ref rest),
        ['?', '0' or '1', ..] => ReadBoolean(ref rest),
        ['@', ..] => ReadDate(ref rest),
        ['%', '"', ..] => StructuredDisplayText.Read(ref rest),
        _ => null,
    };

    private static string? ReadString(ref ReadOnlySpan<char> rest)
    {
        var text = new StringBuilder();
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] is '"')
            {
                rest = rest[(at + 1)..];
                return text.ToString();
            }

            if (rest[at] is '\\' && ++at < rest.Length && rest[at] is not ('"' or '\\'))
                return null;
            if (at == rest.Length || rest[at] is < ' ' or > '~')
                return null;

            text.Append(rest[at]);
        }

        return null;
    }

    /// <summary>Padding may be missing, and pad bits may be set (§4.2.7). .NET would accept white space as well.</summary>
    private static byte[]? ReadBytes(ref ReadOnlySpan<char> rest)
    {
        rest = rest[1..];
        var digits = StructuredText.TakeWhile(ref rest, Base64Characters);
        var padding = rest.Length - rest.TrimStart('=').Length;
        rest = rest[padding..];
        if (!StructuredText.TrySkip(ref rest, ':') || digits.Length % 4 == 1 || (padding > 0 && (digits.Length + padding) % 4 != 0) || padding > 2)
            return null;

        return Convert.FromBase64String(digits.ToString().PadRight((digits.Length + 3) / 4 * 4, '='));
    }

    private static bool ReadBoolean(ref ReadOnlySpan<char> rest)
    {
        var value = rest[1] is '1';
        rest = rest[2..];
        return value;
    }

    private static StructuredDate? ReadDate(ref ReadOnlySpan<char> rest)
    {
        rest = rest[1..];
        return StructuredNumbers.Read(ref rest) is long seconds ? new(seconds) : null;
    }
}
