namespace Resilience.Http;

/// <summary>Scheme, host and port of an address, whichever way they are spelled.</summary>
internal static class Authority
{
    public static string Of(Uri address) => $"{address.Scheme}://{AddressHost.Of(address)}:{address.Port}";

    /// <returns>Null if the text is not an absolute address.</returns>
    public static string? Of(string address) => Uri.TryCreate(address, UriKind.Absolute, out var known) && known.Host.Length > 0 ? Of(known) : null;
}
