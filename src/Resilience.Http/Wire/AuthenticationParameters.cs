using System.Text;

namespace Resilience.Http;

/// <summary>The parameters of a challenge (RFC 9110 §11.2): names, each with a token or a quoted string. If a name occurs twice, the first counts.</summary>
internal static class AuthenticationParameters
{
    /// <summary>Stops at the first thing that is not a parameter.</summary>
    public static Dictionary<string, string> Parse(string? text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = text.AsSpan().Trim();
        while (rest.IndexOf('=') is > 0 and var equals)
        {
            var name = rest[..equals].Trim().ToString();
            rest = rest[(equals + 1)..].TrimStart();
            parameters.TryAdd(name, rest is ['"', ..] ? TakeQuoted(ref rest) : TakeToken(ref rest));
            rest = rest.TrimStart(" \t,");
        }

        return parameters;
    }

    private static string TakeToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(',') is >= 0 and var comma ? comma : rest.Length;
        var token = rest[..end].Trim().ToString();
        rest = rest[end..];
        return token;
    }

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        var value = new StringBuilder();
        var at = 1;
        for (; at < rest.Length && rest[at] != '"'; at++)
        {
            if (rest[at] == '\\' && at + 1 < rest.Length)
                at++;
            value.Append(rest[at]);
        }

        rest = rest[Math.Min(at + 1, rest.Length)..];
        return value.ToString();
    }
}
