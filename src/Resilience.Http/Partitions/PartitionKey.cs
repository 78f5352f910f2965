namespace Resilience.Http;

/// <summary>What keeps its own state: a name that the user chose, the authority of a request, or the whole client.</summary>
internal readonly record struct PartitionKey(string? Name, string? Scheme, int Port)
{
    public static PartitionKey WholeClient => default;

    public static PartitionKey Named(string name) => new(name, null, 0);

    /// <summary>The partition that the request names, or the selector does, or else the authority of its address.</summary>
    public static PartitionKey Of(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(attempt, partitionBy) is { } name ? Named(name) : OfAuthority(attempt.Request.RequestUri);

    /// <summary>The partition that the request names, or the selector does, or else the authority of the address that the caller wrote.</summary>
    public static PartitionKey OfCall(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(attempt, partitionBy) is { } name ? Named(name) : OfAuthority(attempt.Snapshot.Address);

    /// <summary>The partition that the request names, or the selector does, or else the whole client.</summary>
    public static PartitionKey OfClient(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(attempt, partitionBy) is { } name ? Named(name) : WholeClient;

    public override int GetHashCode() => Name is null ? 0 : NameHash.Of(Name, Port);

    public override string ToString() => this switch
    {
        { Name: null } => "*",
        { Scheme: null } => Name,
        _ => $"{Scheme}://{Name}:{Port}",
    };

    private static PartitionKey OfAuthority(Uri? address)
        => address is { IsAbsoluteUri: true } ? new(address.Host, address.Scheme, address.Port) : WholeClient;

    private static string? NamedBy(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => attempt.Settings?.Partition ?? partitionBy?.Invoke(attempt.Request);
}
