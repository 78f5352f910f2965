namespace Resilience.Http;

/// <summary>
/// What is known of a request's content by its type. By the exact type: what derives from it may write what it likes.
/// </summary>
internal static class BodyKinds
{
    /// <summary>Whether it is bytes in memory, which cannot fail and are the same each time; or no content at all.</summary>
    public static bool IsInMemory(HttpContent? content)
    {
        if (content is null)
            return true;

        var type = content.GetType();
        return type == typeof(StringContent) || type == typeof(ByteArrayContent) || type == typeof(FormUrlEncodedContent) || type == typeof(ReadOnlyMemoryContent);
    }

    /// <summary>
    /// Whether it certainly writes the same bytes each time. A seekable stream rewinds to where it stood when its content was made. JSON does not
    /// count: it is serialised anew, and its object may be a sequence that can be read once.
    /// </summary>
    public static bool IsSame(HttpContent? content) => content switch
    {
        _ when IsInMemory(content) => true,
        MultipartFormDataContent or MultipartContent when IsExactly(content, typeof(MultipartFormDataContent), typeof(MultipartContent)) => ((MultipartContent)content).All(IsSame),
        StreamContent stream when IsExactly(stream, typeof(StreamContent)) => IsSeekable(stream),
        _ => false,
    };

    /// <summary>
    /// Whether the transport sends all of it before it hands out an answer. Any other content may go on being sent over HTTP/2 while the answer is
    /// read; a stand-in must not change that, so it derives from the same.
    /// </summary>
    public static bool IsSentBeforeTheAnswer(HttpContent content) => content is ByteArrayContent or StreamContent or MultipartContent or ReadOnlyMemoryContent;

    /// <summary>Whether it is bytes in memory, more or fewer than its header declares. Of other contents that shows while they are sent.</summary>
    public static bool HasWrongLength(HttpContent content)
    {
        try
        {
            // None is declared where the caller has taken the header off, to have the body sent in chunks.
            return IsInMemory(content) && content.Headers.ContentLength is { } declared && declared != content.ReadAsStream().Length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Whether it is bytes in memory which an inner handler has disposed. Other contents are kept from that as long as their call lasts.</summary>
    public static bool IsDisposed(HttpContent? content)
    {
        try
        {
            if (content is not null && IsInMemory(content))
                content.CopyTo(Stream.Null, context: null, CancellationToken.None);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static bool IsExactly(HttpContent content, params ReadOnlySpan<Type> types) => types.Contains(content.GetType());

    private static bool IsSeekable(StreamContent content)
    {
        try
        {
            // The content owns this view of its stream.
            return content.ReadAsStream().CanSeek;
        }
        catch (Exception e) when (e is ObjectDisposedException or NotSupportedException or IOException)
        {
            return false;
        }
    }
}
