namespace Resilience.Http;

/// <summary>What keeps its own state: a name that the user chose, the authority of a request, or, by default, the whole client.</summary>
internal readonly record struct PartitionKey(string? Name, string? Scheme, int Port)
{
    public static PartitionKey Named(string name) => new(name, null, 0);

    public static PartitionKey AuthorityOf(HttpRequestMessage request)
        => request.RequestUri is { IsAbsoluteUri: true } uri ? new(uri.Host, uri.Scheme, uri.Port) : default;

    public override int GetHashCode() => (Name?.GetHashCode(StringComparison.Ordinal) ?? 0) ^ Port;

    public override string ToString() => this switch
    {
        { Name: null } => "*",
        { Scheme: null } => Name,
        _ => $"{Scheme}://{Name}:{Port}",
    };
}
