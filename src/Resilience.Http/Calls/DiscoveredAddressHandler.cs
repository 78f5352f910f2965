namespace Resilience.Http;

/// <summary>
/// Stands directly inside the handler that finds addresses, and notes what that has made of the one that was written. Further in, a redirect could
/// have changed it.
/// </summary>
internal sealed class DiscoveredAddressHandler(ClientContext client) : PolicyHandler(client, takesPartInAttempts: false)
{
    protected internal override bool ObeysDeadline => true;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        if (RequestSettings.Of(request) is { Outer.Current.SentTo: { } written } settings && request.RequestUri is { } found)
            settings.Discovered = new(written, found);
        return SendInnerAsync(request, attempt, cancellationToken);
    }
}
