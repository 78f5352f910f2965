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
            request.Content = new EntryBody(call.Body, OutboxSettings.For(request));
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
        if (row.SentKey is not null || head.WrittenKey is not { } written)
            request.SetIdempotencyKey(row.SentKey ?? row.Key);
        // Without it, the client would make another key.
        else if (!request.Headers.TryAddWithoutValidation(client.KeyOptions.HeaderName, written))
            throw new FormatException("The stored idempotency key is not one that a header can have.");
    }

    private static void Copy(Dictionary<string, string[]> stored, HttpHeaders headers, ISet<string> allowed)
    {
        foreach (var (name, values) in stored.Where(header => allowed.Contains(header.Key)))
            headers.TryAddWithoutValidation(name, values);
    }
}
