using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>
/// The last look whether a key can still be trusted, on the wire: the transport writes the request when there is a connection, for which it may have waited, and the machine slept, long after the request has
/// left <see cref="SentMark"/>. Over HTTP/2, and with <c>Expect: 100-continue</c>, the head has left when the body is asked for; so a field looks too, which is made text as it is written: the
/// credentials, or where there are none what is said to caches. A request without a body has an empty one meanwhile, the same on the wire (Content-Length: 0): else the transport would send it again by
/// itself where a pooled connection closes, and say only what became of that.
/// </summary>
internal sealed class LastLook
{
    private readonly HttpContent? _body;
    private readonly HttpContent? _watchedBody;
    private readonly AuthenticationHeaderValue? _credentials;
    private readonly LastLookCredentials? _watchedCredentials;
    private readonly CacheControlHeaderValue? _caching;
    private readonly LastLookCaching? _watchedCaching;

    private LastLook(HttpRequestMessage request, OutboxSettings settings)
    {
        _body = request.Content;
        _watchedBody = Watched(request, settings);
        if (request.Headers.Authorization is { } credentials)
            (_credentials, _watchedCredentials) = (credentials, new(credentials, settings));
        else
            (_caching, _watchedCaching) = (request.Headers.CacheControl, new(request.Headers.CacheControl, settings));
    }

    /// <summary>Puts it into a request that is about to be sent.</summary>
    public static LastLook At(HttpRequestMessage request, OutboxSettings settings)
    {
        var look = new LastLook(request, settings);
        request.Content = look._watchedBody;
        if (look._watchedCredentials is not null)
            request.Headers.Authorization = look._watchedCredentials;
        else
            request.Headers.CacheControl = look._watchedCaching;
        return look;
    }

    /// <summary>Gives the request again what is its own, unless a redirect has taken that off.</summary>
    public void TakeOff(HttpRequestMessage request)
    {
        if (ReferenceEquals(request.Content, _watchedBody))
            request.Content = _body;
        if (_watchedCaching is not null)
            request.Headers.CacheControl = _caching;
        else if (ReferenceEquals(request.Headers.Authorization, _watchedCredentials))
            request.Headers.Authorization = _credentials;
    }

    private static HttpContent? Watched(HttpRequestMessage request, OutboxSettings settings) => request.Content switch
    {
        null when IsSafe(request.Method) => null,
        // The transport sends all of these before it hands out an answer. Others may go on over HTTP/2 while that is read, and so must what stands for them.
        null or ByteArrayContent or StreamContent or MultipartContent or ReadOnlyMemoryContent => new LastLookBytes(request.Content, settings),
        var other => new LastLookContent(other, settings),
    };

    private static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Connect;
}
