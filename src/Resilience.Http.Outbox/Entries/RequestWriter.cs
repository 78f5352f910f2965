using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Makes the request again that was stored.</summary>
internal static class RequestWriter
{
    /// <summary>The request, with its key, to be made in the background.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="call">What was stored.</param>
    /// <param name="options">Which headers may be stored. Others were written by somebody else, such as a Host that leads credentials elsewhere.</param>
    /// <param name="timeout">The time that it may take.</param>
    public static HttpRequestMessage Write(OutboxRow row, EntryContent call, OutboxOptions options, TimeSpan timeout)
    {
        var head = call.Head;
        var request = new HttpRequestMessage(new(head.Method), head.Uri) { Version = Version.Parse(head.Version), VersionPolicy = head.VersionPolicy };
        Copy(head.Headers, request.Headers, options.StoredHeaders);
        if (head.HasContent)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            Copy(head.ContentHeaders, request.Content.Headers, options.StoredHeaders);
        }

        request.SetIdempotencyKey(row.SentKey ?? row.Key);
        request.SetTimeout(timeout);
        request.SetBackground();
        if (head.Partition is { } partition)
            request.SetPartition(partition);
        foreach (var (name, value) in head.Tags)
            request.SetOutboxTag(name, value);
        return request;
    }

    private static void Copy(Dictionary<string, string[]> stored, HttpHeaders headers, ISet<string> allowed)
    {
        foreach (var (name, values) in stored.Where(header => allowed.Contains(header.Key)))
            headers.TryAddWithoutValidation(name, values);
    }
}
