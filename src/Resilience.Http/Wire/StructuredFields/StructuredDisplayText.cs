using System.Text;
using System.Text.Unicode;

namespace Resilience.Http;

/// <summary>Strings of Unicode, as UTF-8 with percent signs (RFC 9651 §4.2.10).</summary>
internal static class StructuredDisplayText
{
    public static StructuredDisplayString? Read(ref ReadOnlySpan<char> rest)
    {
        List<byte> bytes = [];
        for (var at = 2; at < rest.Length; at++)
        {
            if (rest[at] is '"')
            {
                rest = rest[(at + 1)..];
                return Decode([.. bytes]);
            }

            if (rest[at] is < ' ' or > '~' || OctetAt(rest, ref at) is not { } octet)
                return null;

            bytes.Add(octet);
        }

        return null;
    }

    private static byte? OctetAt(ReadOnlySpan<char> text, ref int at)
    {
        if (text[at] is not '%')
            return (byte)text[at];

        at += 2;
        return at < text.Length && char.IsAsciiHexDigitLower(text[at - 1]) && char.IsAsciiHexDigitLower(text[at])
            ? Convert.FromHexString(text[(at - 1)..(at + 1)])[0]
            : null;
    }

    private static StructuredDisplayString? Decode(byte[] utf8) => Utf8.IsValid(utf8) ? new(Encoding.UTF8.GetString(utf8)) : null;
}
