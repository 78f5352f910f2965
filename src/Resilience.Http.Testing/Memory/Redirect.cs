namespace Resilience.Http.Testing;

/// <summary>Follows redirects as <see cref="SocketsHttpHandler"/> does: the message itself is rewritten.</summary>
internal static class Redirect
{
    /// <summary>Rewrites a request for the address that a response leads to.</summary>
    /// <returns>Whether it leads anywhere.</returns>
    public static bool Follow(HttpRequestMessage request, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (300 or 301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            return false;

        var target = location.IsAbsoluteUri ? location : new Uri(request.RequestUri!, location);
        if (target.Scheme is not ("http" or "https") || (request.RequestUri!.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp))
            return false;

        request.Headers.Authorization = null;
        request.RequestUri = target;
        if (LosesBody((int)response.StatusCode, request.Method))
        {
            (request.Method, request.Content) = (HttpMethod.Get, null);
            request.Headers.TransferEncodingChunked = null;
        }

        return true;
    }

    private static bool LosesBody(int status, HttpMethod method) => status switch
    {
        300 or 301 or 302 => method == HttpMethod.Post,
        303 => method != HttpMethod.Get && method != HttpMethod.Head,
        _ => false,
    };
}
