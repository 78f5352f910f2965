namespace WireMock.Matchers;

internal sealed class HeaderMatcher(string name, string[] patterns)
{
    private readonly Func<string, bool>[] _patterns = [.. patterns.Select(pattern => Wildcard.Matching(pattern, ignoreCase: true))];

    public bool Matches(IRequestMessage request)
    {
        string[] values = [.. request.Headers!.Where(IsMeant).SelectMany(header => header.Value)];
        return values.Length > 0 && values.All(value => _patterns.Any(matches => matches(value)));
    }

    private bool IsMeant<T>(KeyValuePair<string, T> header) => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
