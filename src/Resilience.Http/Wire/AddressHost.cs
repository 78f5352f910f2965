namespace Resilience.Http;

/// <summary>The host of an address in one spelling. A redirect lets a server choose it.</summary>
internal static class AddressHost
{
    /// <summary>
    /// In the letters of DNS; as it is written where it cannot be a name, which <see cref="Uri"/> accepts and then throws. An address of IPv6 has its
    /// zone (RFC 4007 §11): it names another machine on each link.
    /// </summary>
    public static string Of(Uri address) => address.HostNameType switch
    {
        UriHostNameType.Dns => Name(address),
        UriHostNameType.IPv6 when address.OriginalString.Contains('%', StringComparison.Ordinal) => $"[{address.IdnHost}]",
        _ => address.Host,
    };

    private static string Name(Uri address)
    {
        try
        {
            return address.IdnHost;
        }
        catch (UriFormatException)
        {
            return address.Host;
        }
    }
}
