using System.Net;
using System.Net.Http.Headers;

namespace TenantGateway;

/// <summary>A configuration service that is polled: by a resilient client, and with an entity tag, so that it sends only what has changed.</summary>
internal sealed class TenantEndpoint(IHttpClientFactory clients, Uri address, int maxBytes) : ITenantSource
{
    public const string Client = "configuration";

    private EntityTagHeaderValue? _tag;
    private byte[] _last = [];

    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(300);

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Client);
        client.MaxResponseContentBufferSize = maxBytes;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (_tag is not null)
            request.Headers.IfNoneMatch.Add(_tag);
        // The whole answer, within the time of the call: a body that is streamed has no bound, and one that stalls would be the last that is ever asked for.
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && _tag is not null)
            return _last;

        response.EnsureSuccessStatusCode();
        var read = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        (_tag, _last) = (response.Headers.ETag, read);
        return read;
    }
}
