namespace Resilience.Http;

/// <summary>What keeps its own state: a name that the user chose, the authority of a request, or the whole client.</summary>
internal readonly record struct PartitionKey(string? Name, string? Scheme, int Port)
{
    public static PartitionKey WholeClient => default;

    public static PartitionKey Named(string name) => new(PartitionName.Of(name), null, 0);

    /// <summary>The partition that the request names, or the selector does, or else the authority of its address.</summary>
    public static PartitionKey Of(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(attempt, partitionBy) is { } name ? Named(name) : OfAuthority(attempt.Address);

    /// <summary>The partition that the request names, or the selector does, or else the whole client.</summary>
    public static PartitionKey OfClient(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => NamedBy(attempt, partitionBy) is { } name ? Named(name) : WholeClient;

    /// <summary>Its work in the background; the port keeps it from one that was given this name.</summary>
    public PartitionKey InBackground => new($"{this} (background)", null, -1);

    /// <summary>Whether it is the authority of requests, rather than a name that somebody chose.</summary>
    public bool IsAuthority => Scheme is not null;

    public override int GetHashCode() => Name is null ? 0 : NameHash.Of(Name, Port);

    public override string ToString() => this switch
    {
        { Name: null } => "*",
        { Scheme: null } => Name,
        _ => $"{Scheme}://{Name}:{Port}",
    };

    /// <summary>The authority of an address, whichever way its host is spelled.</summary>
    public static PartitionKey OfAuthority(Uri? address)
        => address is { IsAbsoluteUri: true } ? new(HostOf(address), address.Scheme, address.Port) : WholeClient;

    /// <summary>What <see cref="ToString"/> gives for a partition, or an address of an authority, read again.</summary>
    public static PartitionKey Parse(string partition) => partition switch
    {
        "*" => WholeClient,
        _ when Uri.TryCreate(partition, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) => OfAuthority(address),
        _ => Printed(partition),
    };

    /// <summary>What <see cref="ToString"/> gives for a name, or that name, read again.</summary>
    public static PartitionKey Printed(string name) => new(PartitionName.OfKnown(name), null, 0);

    /// <summary>Whether it is an authority with this host, or this host and port.</summary>
    public bool IsAt(string host)
        => IsAuthority && (host.Equals(Name, StringComparison.OrdinalIgnoreCase) || host.Equals($"{Name}:{Port}", StringComparison.OrdinalIgnoreCase));

    private static string HostOf(Uri address)
        => AddressHost.NameOf(address) is { } name ? PartitionName.OfHost(name) : PartitionName.Of(AddressHost.Written(address));

    private static string? NamedBy(Attempt attempt, Func<HttpRequestMessage, string>? partitionBy)
        => attempt.Settings?.Partition ?? partitionBy?.Invoke(attempt.Request);
}
