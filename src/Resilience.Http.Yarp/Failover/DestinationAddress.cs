namespace Resilience.Http;

/// <summary>The address of a request at another destination.</summary>
internal static class DestinationAddress
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Whether an address begins with the prefix of a destination; else a transform has set it.</summary>
    public static bool IsAt(Uri address, string prefix)
    {
        var written = address.OriginalString.AsSpan();
        var start = prefix.AsSpan().TrimEnd('/');
        return written.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (written.Length == start.Length || written[start.Length] is '/' or '?');
    }

    /// <summary>Puts another prefix before what follows the first one, which stays as it was written, <c>%2F</c> included.</summary>
    /// <param name="address">The address at the first destination.</param>
    /// <param name="from">The prefix of the first destination.</param>
    /// <param name="to">The prefix of the other.</param>
    public static Uri Rebase(Uri address, string from, string to)
        => new(string.Concat(to.AsSpan().TrimEnd('/'), address.OriginalString.AsSpan(from.AsSpan().TrimEnd('/').Length)), AsItIs);
}
