namespace Resilience.Http.Testing;

/// <summary>
/// Sends every request to a server, whatever its address; the <c>Host</c> header keeps the address. The message has its own address again when the response
/// is there. Says on a virtual clock that something is on its way.
/// </summary>
internal sealed class WireHandler(ScriptedServer server) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var activity = (server.Upstream.Time as VirtualClock)?.Activity;
        var (address, host) = Divert(request);
        activity?.Enter();
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (activity is not null)
                response.Content = new ReplyContent(response.Content, Reply.Ok(), server.Upstream.Time) { Activity = activity };
            return response;
        }
        finally
        {
            activity?.Leave();
            Restore(request, address, host);
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (address, host) = Divert(request);
        try
        {
            return base.Send(request, cancellationToken);
        }
        finally
        {
            Restore(request, address, host);
        }
    }

    private (Uri Address, string? Host) Divert(HttpRequestMessage request)
    {
        var (address, host) = (request.RequestUri!, request.Headers.Host);
        request.RequestUri = new Uri(server.Url, address.PathAndQuery);
        request.Headers.Host ??= address.Authority;
        return (address, host);
    }

    // A redirect has led it to another path of the server, or away from it.
    private void Restore(HttpRequestMessage request, Uri address, string? host)
    {
        var sent = request.RequestUri!;
        request.Headers.Host = host;
        if (sent.Authority == server.Url.Authority)
            request.RequestUri = sent.PathAndQuery == address.PathAndQuery ? address : new Uri(address, sent.PathAndQuery);
    }
}
