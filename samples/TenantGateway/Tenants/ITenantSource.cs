namespace TenantGateway;

/// <summary>Where the configuration of tenants comes from.</summary>
internal interface ITenantSource
{
    /// <summary>How long after an answer it is asked again: short enough for a revoked key to be out within a second.</summary>
    TimeSpan Interval { get; }

    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="HttpRequestException">It cannot be read.</exception>
    /// <exception cref="FormatException">It is too large.</exception>
    Task<byte[]> ReadAsync(CancellationToken cancellationToken);
}
