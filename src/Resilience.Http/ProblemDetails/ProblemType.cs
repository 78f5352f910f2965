using System.Buffers;

namespace Resilience.Http;

/// <summary>What identifies a kind of problem: a URI reference, resolved against the address of the response (RFC 9457 §3.1.1).</summary>
internal static class ProblemType
{
    public const string Blank = "about:blank";

    // The characters of RFC 3986, Appendix A.
    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <summary>The type as an absolute URI where it can be made one, else as it came.</summary>
    public static string Resolve(string? type, Uri? address)
    {
        if (string.IsNullOrWhiteSpace(type))
            return Blank;

        if (!IsUriReference(type) || HasScheme(type) || address is not { IsAbsoluteUri: true })
            return type;

        // A type is an identifier that ends up in logs: what the address holds of credentials and query stays out of it.
        var directory = new Uri(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        return Uri.TryCreate(directory, type, out var resolved) ? resolved.AbsoluteUri : type;
    }

    /// <summary>The type as a <see cref="Uri"/>; null if it is none, or relative.</summary>
    public static Uri? ToUri(string type)
        => IsUriReference(type) && HasScheme(type) && Uri.TryCreate(type, UriKind.Absolute, out var uri) ? uri : null;

    /// <summary>The type as it may be written: without user and query, whether it is an address or only looks like one.</summary>
    public static string Printed(string type)
    {
        var (start, query) = (type.AsSpan().IndexOf("//"), type.AsSpan().IndexOf('?'));
        if (start < 0 && query < 0)
            return type;

        // In the order of RFC 3986 §3; what is no URI is cut in the same places.
        var fragment = query < 0 ? -1 : type.IndexOf('#', query);
        var text = query < 0 ? type : fragment < 0 ? type[..query] : type[..query] + type[fragment..];
        var authority = text.AsSpan(start < 0 ? 0 : start + 2);
        var end = authority.IndexOfAny('/', '?', '#');
        var user = start < 0 ? -1 : authority[..(end < 0 ? authority.Length : end)].LastIndexOf('@');
        return user < 0 ? text : text.Remove(start + 2, user + 1);
    }

    /// <summary>Whether the type says no more than the status does: ASP.NET Core names the section that defines the status.</summary>
    public static bool IsGeneric(string type)
        => type == Blank
        || (type.Contains('#', StringComparison.Ordinal)
            && (type.StartsWith("https://tools.ietf.org/html/rfc", StringComparison.Ordinal)
                || type.StartsWith("https://datatracker.ietf.org/doc/html/rfc", StringComparison.Ordinal)
                || type.StartsWith("https://www.rfc-editor.org/rfc/rfc", StringComparison.Ordinal)));

    // Uri.TryCreate takes "/types/123" for a file on Unix, so a scheme is looked for instead.
    private static bool HasScheme(string type)
        => type.AsSpan().IndexOfAny(":/?#") is > 0 and var end && type[end] == ':';

    private static bool IsUriReference(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(UriCharacters))
            return false;

        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            text = text[(at + 1)..];
            if (text.Length < 2 || !char.IsAsciiHexDigit(text[0]) || !char.IsAsciiHexDigit(text[1]))
                return false;
        }

        return true;
    }
}
