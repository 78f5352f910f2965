using System.Net.Http.Json;

namespace Resilience.Http;

/// <summary>Which request bodies can be sent a second time. Unknown types of content count as one-shot: sending them again could throw or send nothing.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Whether sending the content again sends the same bytes; a seekable stream rewinds to where it stood when its content was made.
    /// Reads and buffers nothing. Not to be asked while an attempt may still be reading the content.
    /// </summary>
    public static bool CanReplay(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => parts.All(CanReplay),
        StreamContent stream => IsSeekable(stream),
        _ => false,
    };

    /// <summary>Whether a request can be sent again with this content: as it is, from memory, or made anew by the request's factory.</summary>
    public static bool CanSendAgain(HttpRequestMessage request, HttpContent? content)
        => CanReplay(content) || RequestSettings.Of(request) is { ContentFactory: not null } or { HasBufferedBody: true };

    /// <summary>Reads a one-shot body into memory, if its length is known and within the limit, so that it can be sent again and again.</summary>
    /// <returns>Whether it was read.</returns>
    public static async Task<bool> TryBufferAsync(HttpContent content, long limit, bool async, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength is not { } length || length > limit)
            return false;

        await content.LoadIntoBufferAsync(limit, cancellationToken).BlockUnless(async).ConfigureAwait(false);
        return true;
    }

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
