using System.Reflection;

namespace Resilience.Http;

/// <summary>What is known of a message's sender.</summary>
internal static class SentMessage
{
    // Only this internal method tells it. Where a runtime does not have it, every message may be sent again, which costs a note.
    private static readonly Func<HttpRequestMessage, bool>? WasSentByHttpClient = typeof(HttpRequestMessage)
        .GetMethod("WasSentByHttpClient", BindingFlags.Instance | BindingFlags.NonPublic, [])
        ?.CreateDelegate<Func<HttpRequestMessage, bool>>();

    /// <summary>
    /// Whether the message may be another call's later. An <see cref="HttpClient"/> sends none twice, so that what comes again is still the same call,
    /// which an outer handler repeats; an <see cref="HttpMessageInvoker"/> does.
    /// </summary>
    public static bool MayBeSentAgain(HttpRequestMessage request) => WasSentByHttpClient?.Invoke(request) is not true;
}
