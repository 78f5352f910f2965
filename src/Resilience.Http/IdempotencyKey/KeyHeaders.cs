namespace Resilience.Http;

/// <summary>
/// The headers that carry keys in this process. A key that the policy made stands in its header and nowhere else: storing it on every request as
/// well would cost more than making it.
/// </summary>
internal static class KeyHeaders
{
    private static volatile string[] _names = [];

    public static void Add(string name)
    {
        for (var names = _names; !names.Contains(name, StringComparer.OrdinalIgnoreCase); names = _names)
            Interlocked.CompareExchange(ref _names, [.. names, name], names);
    }

    /// <summary>The key in the request's header, as it was given or made; null if there is none.</summary>
    public static string? Find(HttpRequestMessage request)
    {
        foreach (var name in _names)
        {
            if (Find(request, name) is { } key)
                return key;
        }

        return null;
    }

    /// <summary>The key in one header; null if there is none.</summary>
    public static string? Find(HttpRequestMessage request, string name)
        => request.Headers.NonValidated.TryGetValues(name, out var written) ? IdempotencyKeyGrammar.Unquote(written.ToString()) : null;
}
