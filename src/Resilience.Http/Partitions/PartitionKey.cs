namespace Resilience.Http;

/// <summary>What keeps its own state: a name that the user chose, the authority of a request, or the whole client.</summary>
internal readonly record struct PartitionKey(string? Name, string? Scheme, int Port)
{
    public static PartitionKey WholeClient => default;

    public static PartitionKey Named(string name) => new(name, null, 0);

    /// <summary>The partition that the request names, or the selector does, or else the authority of its address.</summary>
    public static PartitionKey Of(HttpRequestMessage request, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(request, partitionBy) is { } name ? Named(name) : OfAuthority(request.RequestUri);

    /// <summary>The partition that the request names, or else the authority of an address that it had.</summary>
    public static PartitionKey OfAddress(HttpRequestMessage request, Uri? address)
        => NamedBy(request, partitionBy: null) is { } name ? Named(name) : OfAuthority(address);

    /// <summary>The partition that the request names, or the selector does, or else the whole client.</summary>
    public static PartitionKey OfClient(HttpRequestMessage request, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(request, partitionBy) is { } name ? Named(name) : WholeClient;

    public override int GetHashCode() => Name is null ? 0 : NameHash.Of(Name, Port);

    public override string ToString() => this switch
    {
        { Name: null } => "*",
        { Scheme: null } => Name,
        _ => $"{Scheme}://{Name}:{Port}",
    };

    private static PartitionKey OfAuthority(Uri? address)
        => address is { IsAbsoluteUri: true } ? new(address.Host, address.Scheme, address.Port) : WholeClient;

    private static string? NamedBy(HttpRequestMessage request, Func<HttpRequestMessage, string>? partitionBy)
        => RequestSettings.Of(request)?.Partition ?? partitionBy?.Invoke(request);
}
