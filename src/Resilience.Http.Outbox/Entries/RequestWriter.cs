using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Makes the request again that was stored.</summary>
internal static class RequestWriter
{
    /// <summary>The request, with its key, to be made in the background.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="call">What was stored.</param>
    /// <param name="client">Whose it is. Headers that its options do not store were written by somebody else, such as a Host that leads credentials elsewhere.</param>
    /// <param name="timeout">The time that it may take.</param>
    public static HttpRequestMessage Write(OutboxRow row, EntryContent call, OutboxClient client, TimeSpan timeout)
    {
        var (head, options) = (call.Head, client.Options);
        var request = new HttpRequestMessage(new(head.Method), head.Uri) { Version = Version.Parse(head.Version), VersionPolicy = head.VersionPolicy };
        Copy(head.Headers, request.Headers, options.StoredHeaders);
        if (head.HasContent)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            Copy(head.ContentHeaders, request.Content.Headers, options.StoredHeaders);
        }

        WriteKey(request, row, head, client);
        request.SetTimeout(timeout);
        request.SetBackground();
        if (head.Partition is { } partition)
            request.SetPartition(partition);
        foreach (var (name, value) in head.Tags)
            request.SetOutboxTag(name, value);
        return request;
    }

    private static void WriteKey(HttpRequestMessage request, OutboxRow row, EntryHead head, OutboxClient client)
    {
        var options = client.KeyOptions;
        var key = row.SentKey ?? row.Key;
        var written = row.SentKey is null && head.WrittenKey is { } before ? before : options.Format is IdempotencyKeyFormat.Raw ? key : $"\"{key}\"";
        // In its header, where a handler's copy of the request has it too; without it, the client would make another key.
        if (options.Profile.Carrier is IdempotencyKeyCarrier.Body || (head.WrittenKey is null && key.AsSpan().ContainsAny('"', '\\')))
            request.SetIdempotencyKey(key);
        else if (!request.Headers.TryAddWithoutValidation(options.HeaderName, written))
            throw new FormatException("The stored idempotency key is not one that a header can have.");
    }

    private static void Copy(Dictionary<string, string[]> stored, HttpHeaders headers, ISet<string> allowed)
    {
        foreach (var (name, values) in stored.Where(header => allowed.Contains(header.Key)))
            headers.TryAddWithoutValidation(name, values);
    }
}
