namespace Resilience.Http;

/// <summary>The host of an absolute address, in the one spelling that names of the DNS have on the wire.</summary>
internal static class HostName
{
    public static string Of(Uri address) => address.HostNameType is UriHostNameType.Dns ? OfName(address) : address.Host;

    // A name that has no such spelling is none that could be found. A redirect leads to any, so it stays as it is written.
    private static string OfName(Uri address)
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
