using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>
/// A request as the caller wrote it. Sending rewrites it: redirects change method and address and drop the content and the credentials,
/// inner handlers and the transport add headers. Taken before every first attempt, so instances are pooled: taking one allocates nothing
/// but the text of headers that were set as objects. One call at a time.
/// </summary>
internal sealed class RequestSnapshot
{
    private const int UsualHeaders = 8;
    private const int MaxPooledHeaders = 64;

    [ThreadStatic]
    private static RequestSnapshot? _spare;

    private KeyValuePair<string, HeaderStringValues>[] _headers = new KeyValuePair<string, HeaderStringValues>[UsualHeaders];
    private int _requestHeaders;
    private int _allHeaders;
    private HttpMethod _method = null!;
    private Uri? _uri;
    private Version _version = null!;
    private HttpVersionPolicy _versionPolicy;
    private HttpContent? _content;

    /// <summary>When its call began, as a timestamp.</summary>
    public long Started { get; private set; }

    public HttpMethod Method => _method;

    public HttpContent? Content => _content;

    /// <summary>Whether it is known that sending the request again has the effect of sending it once, though its method does not say so.</summary>
    public bool IsRepeatable { get; set; }

    /// <summary>The partition of the retry budget, where the options name it.</summary>
    public string? BudgetPartition { get; set; }

    /// <summary>Of a request outside retry; to be given back.</summary>
    public static RequestSnapshot Of(HttpRequestMessage request, long now)
    {
        var snapshot = _spare ?? new();
        _spare = null;
        snapshot.Take(request, now);
        return snapshot;
    }

    public void GiveBack()
    {
        Clear();
        _spare = this;
    }

    public void Take(HttpRequestMessage request, long now)
    {
        (_method, _uri, _content, Started) = (request.Method, request.RequestUri, request.Content, now);
        (_version, _versionPolicy) = (request.Version, request.VersionPolicy);
        _requestHeaders = Copy(request.Headers.NonValidated, at: 0);
        _allHeaders = request.Content is { } content ? Copy(content.Headers.NonValidated, _requestHeaders) : _requestHeaders;
    }

    /// <summary>Whether the request, as it was written, has this header.</summary>
    public bool HasHeader(string name)
    {
        foreach (var (known, _) in _headers.AsSpan(0, _requestHeaders))
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether a redirect made another request of it, as 301, 302 and 303 do of a POST: what is known of that one says nothing of the first.
    /// </summary>
    public bool WasReplaced(HttpRequestMessage request) => request.Method != _method;

    /// <summary>Makes the request what it was. A content that was taken off is put back, not rewound: the contents that can be sent again see to that.</summary>
    public void Restore(HttpRequestMessage request)
    {
        (request.Method, request.RequestUri, request.Content) = (_method, _uri, _content);
        RestoreVersion(request);
        Restore(request.Headers, _headers.AsSpan(0, _requestHeaders));
        if (_content is not null)
            Restore(_content.Headers, _headers.AsSpan(_requestHeaders, _allHeaders - _requestHeaders));
    }

    public void RestoreVersion(HttpRequestMessage request) => (request.Version, request.VersionPolicy) = (_version, _versionPolicy);

    /// <summary>Gives the request a header again, if it was written with it.</summary>
    public void RestoreHeader(string name, HttpRequestMessage request)
    {
        foreach (ref readonly var header in _headers.AsSpan(0, _requestHeaders))
        {
            if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                Restore(request.Headers, header);
        }
    }

    /// <summary>Forgets the request, and is free for the next.</summary>
    public void Clear()
    {
        if (_headers.Length > MaxPooledHeaders)
            _headers = new KeyValuePair<string, HeaderStringValues>[UsualHeaders];
        else
            Array.Clear(_headers, 0, _allHeaders);
        (_content, _requestHeaders, _allHeaders, IsRepeatable, BudgetPartition) = (null, 0, 0, false, null);
    }

    private int Copy(HttpHeadersNonValidated headers, int at)
    {
        if (at + headers.Count > _headers.Length)
            Array.Resize(ref _headers, at + headers.Count);
        foreach (var header in headers)
            _headers[at++] = header;
        return at;
    }

    // Touches only what differs: callers share contents, and their headers, between concurrent requests.
    private static void Restore(HttpHeaders headers, ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> written)
    {
        foreach (ref readonly var header in written)
            Restore(headers, header);

        if (headers.NonValidated.Count > written.Length)
            RemoveAdded(headers, written);
    }

    private static void Restore(HttpHeaders headers, in KeyValuePair<string, HeaderStringValues> written)
    {
        if (headers.NonValidated.TryGetValues(written.Key, out var current) && current.SequenceEqual(written.Value))
            return;

        headers.Remove(written.Key);
        headers.TryAddWithoutValidation(written.Key, written.Value);
    }

    private static void RemoveAdded(HttpHeaders headers, ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> written)
    {
        var added = headers.NonValidated.Select(header => header.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, _) in written)
            added.Remove(name);
        // The transport's doing, and true of every attempt; without it a call that sends the same content now would lose its framing.
        added.Remove("Content-Length");
        foreach (var name in added)
            headers.Remove(name);
    }
}
