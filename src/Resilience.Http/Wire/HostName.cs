namespace Resilience.Http;

/// <summary>The host of an absolute address, in the one spelling that names of the DNS have on the wire.</summary>
internal static class HostName
{
    public static string Of(Uri address) => InAscii(address) ?? address.Host;

    /// <returns>Null if it is no name of the DNS, or one that has no such spelling: nobody could find it, but a redirect leads to any.</returns>
    public static string? InAscii(Uri address)
    {
        if (address.HostNameType is not UriHostNameType.Dns)
            return null;

        try
        {
            return address.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
