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
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (_tag is not null)
            request.Headers.IfNoneMatch.Add(_tag);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && _tag is not null)
            return _last;

        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await BoundedStream.ReadAsync(body, maxBytes, cancellationToken);
        (_tag, _last) = (response.Headers.ETag, read);
        return read;
    }
}
