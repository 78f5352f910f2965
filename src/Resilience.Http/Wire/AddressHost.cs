namespace Resilience.Http;

/// <summary>The host of an address in one spelling. A redirect lets a server choose it.</summary>
internal static class AddressHost
{
    /// <summary>In the letters of DNS if it is a name, else as it is written.</summary>
    public static string Of(Uri address) => NameOf(address) ?? Written(address);

    /// <summary>In the letters of DNS; null if it is no name, or cannot be one, which <see cref="Uri"/> accepts and then throws.</summary>
    public static string? NameOf(Uri address)
    {
        try
        {
            return address.HostNameType is UriHostNameType.Dns ? address.IdnHost : null;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>As it is written. An address of IPv6 has its zone (RFC 4007 §11): it names another machine on each link.</summary>
    public static string Written(Uri address)
        => address.HostNameType is UriHostNameType.IPv6 && address.OriginalString.Contains('%', StringComparison.Ordinal) ? $"[{address.IdnHost}]" : address.Host;
}
