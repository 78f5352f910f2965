namespace Resilience.Http;

/// <summary>The client of a cluster for requests that no policy has to do with: what is for one hop alone ends here for them as well.</summary>
internal sealed class HopClient(HttpMessageInvoker client) : HttpMessageInvoker(Unused, disposeHandler: false)
{
    private static readonly SocketsHttpHandler Unused = new();

    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        ConnectionFields.RemoveFrom(response);
        return response;
    }
}
