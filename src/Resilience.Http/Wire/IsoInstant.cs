using System.Globalization;

namespace Resilience.Http;

/// <summary>An instant in the form of RFC 3339, or to the minute only (<c>2026-11-21T12:01Z</c>). Without a zone it is UTC.</summary>
internal static class IsoInstant
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public static DateTimeOffset? Parse(ReadOnlySpan<char> text)
        => DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
