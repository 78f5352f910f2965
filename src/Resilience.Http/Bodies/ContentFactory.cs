using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Makes the bodies of one request, one for every time that it is sent. For one call at a time.</summary>
internal sealed class ContentFactory(Func<HttpContent> make)
{
    private HttpContent? _last;
    private bool _isSent;

    /// <summary>To be called where a call begins: a message that is sent again needs another content than the one that is sent already.</summary>
    public void BeginCall(HttpRequestMessage request)
    {
        if (_isSent)
            Use(Make(), request);
        _isSent = true;
    }

    /// <summary>A fresh content, to be put to use or disposed.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is the one in use.</exception>
    public HttpContent Make() => make() switch
    {
        null => throw new InvalidOperationException("The factory given to SetContentFactory returned null."),
        var content when content == _last => throw new InvalidOperationException("The factory given to SetContentFactory returned the same content as before; it must make a fresh one for every attempt."),
        var content => content,
    };

    /// <summary>The same before an answer is given up, which the caller gets if there is no content.</summary>
    /// <param name="client">The client.</param>
    /// <param name="sent">The fields that have been sent for it already; null if none have.</param>
    /// <returns>Null if there is none; that has been logged.</returns>
    public HttpContent? TryMake(ClientContext client, HttpContentHeaders? sent = null)
    {
        try
        {
            var content = Make();
            return sent is null || Equals(sent.ContentType, content.Headers.ContentType) ? content : throw OtherType(content);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Signals.CallbackFailed(nameof(HttpRequestMessageExtensions.SetContentFactory), e);
            return null;
        }
    }

    /// <summary>Sets it as the content of the request and disposes the previous one, which a handler that sends the request again may not know of.</summary>
    public void Use(HttpContent content, HttpRequestMessage request)
    {
        _last?.Dispose();
        request.Content = _last = content;
    }

    private static InvalidOperationException OtherType(HttpContent content)
    {
        content.Dispose();
        return new("The factory given to SetContentFactory made a content of another Content-Type than has been sent for it; a multipart content needs the same boundary each time.");
    }
}
