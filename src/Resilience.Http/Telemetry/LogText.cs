using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Resilience.Http;

/// <summary>Parts of log lines and messages: whatever somebody else wrote goes through here.</summary>
internal static partial class LogText
{
    public const int MaxLength = 200;

    /// <summary>A number of things: <c>1 attempt</c>, <c>2 attempts</c>.</summary>
    public static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";

    /// <summary>A time, the same in every culture: <c>0.25</c>.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>What somebody else wrote, on one line: cut to a length, characters that could break, forge or reorder a line made spaces.</summary>
    public static string OneLine(string text, int maxLength = MaxLength)
    {
        if (IsOneLine(text, maxLength))
            return text;

        var line = new StringBuilder(Math.Min(text.Length, maxLength) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > maxLength)
                return line.Append('…').ToString();

            line.Append(IsHarmless(rune) ? rune.ToString() : " ");
        }

        return line.ToString();
    }

    /// <summary>Whether a text can stand on a line as it is.</summary>
    public static bool IsOneLine(string text, int maxLength = MaxLength)
    {
        if (text.Length > maxLength)
            return false;
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return true;

        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsHarmless(rune))
                return false;
        }

        return true;
    }

    /// <summary>What an exception of others says, without the name and password of an address in it: the transport names the proxy as it was given.</summary>
    public static string Message(Exception failure, int maxLength) => OneLine(UserInfo().Replace(failure.Message, string.Empty), maxLength);

    /// <summary>An address as it may be written: scheme, host and port. User, path and query may hold secrets.</summary>
    public static string Server(Uri? address) => address switch
    {
        null => "null",
        { IsAbsoluteUri: true } => $"{address.Scheme}://{Authority(address)}",
        _ => "relative",
    };

    /// <summary>Host and port of an address; null if it has none.</summary>
    public static string? Authority(Uri? address) => Host(address) is not { } host ? null
        : address!.IsDefaultPort ? host
        : string.Create(CultureInfo.InvariantCulture, $"{host}:{address.Port}");

    /// <summary>The host of an address, in the letters of DNS; null if it has none.</summary>
    public static string? Host(Uri? address) => address is { IsAbsoluteUri: true } ? OneLine(AddressHost.Of(address)) : null;

    // Controls and line breaks; marks that are invisible or change the direction of what follows; what stands for half a pair of surrogates.
    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);

    [GeneratedRegex(@"(?<=://)[^\s/?#]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
