using System.Text.RegularExpressions;

namespace WireMock.Matchers;

internal static class Wildcard
{
    public static Func<string, bool> Matching(string pattern, bool ignoreCase = false)
    {
        var regex = new Regex(
            "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$",
            RegexOptions.Multiline | (ignoreCase ? RegexOptions.IgnoreCase | RegexOptions.CultureInvariant : RegexOptions.None));

        return regex.IsMatch;
    }
}
