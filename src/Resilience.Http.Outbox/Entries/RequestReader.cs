using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Makes of a request what is stored of it.</summary>
internal static class RequestReader
{
    /// <summary>The request; its body is in memory afterwards, and can be sent again.</summary>
    /// <exception cref="OutboxUnavailableException">Its body is too long, or can be read only once and does not say how long it is.</exception>
    public static async Task<EntryContent> ReadAsync(HttpRequestMessage request, Uri address, OutboxClient client, CancellationToken cancellationToken)
    {
        var options = client.Options;
        client.Unstored.Note(request);
        var body = request.Content is { } content ? await ReadAsync(content, options.MaxBodyBytes, cancellationToken).ConfigureAwait(false) : [];
        return new(HeadOf(request, address, client), body);
    }

    /// <summary>Whether a body says that it is short enough, so that it can be read before it is sent.</summary>
    public static bool CanRead(HttpContent? content, int limit)
        => content is null || (content.Headers.ContentLength is { } length ? length <= limit : content is not (StreamContent or MultipartContent));

    /// <summary>Of the address what may be stored: no user, no fragment, no parameters that the options name.</summary>
    public static string Store(Uri address, ISet<string> unstored)
    {
        var stored = new UriBuilder(address) { UserName = string.Empty, Password = string.Empty, Fragment = string.Empty };
        if (unstored.Count > 0 && stored.Query.Length > 1)
            stored.Query = string.Join('&', stored.Query[1..].Split('&').Where(part => !unstored.Contains(Uri.UnescapeDataString(part.Split('=')[0]))));
        return stored.Uri.AbsoluteUri;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (!CanRead(content, limit))
            throw new OutboxUnavailableException($"The call was not kept: its body is longer than {limit} bytes, or does not say how long it is. Raise Outbox.MaxBodyBytes, or give it a content with a length.");

        var promised = content.Headers.ContentLength;
        try
        {
            await content.LoadIntoBufferAsync(limit, cancellationToken).ConfigureAwait(false);
            // A content that ends where it is cancelled has ended as if it were whole.
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new OutboxUnavailableException($"The call was not kept: its body is longer than {limit} bytes. Raise Outbox.MaxBodyBytes.", e);
        }

        var body = await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        // No transport would send it: made later, it would go as if it were whole.
        return promised is null || promised == body.Length ? body : throw new OutboxUnavailableException($"The call was not kept: its body has {body.Length} bytes, and its Content-Length promises {promised}.");
    }

    private static EntryHead HeadOf(HttpRequestMessage request, Uri address, OutboxClient client) => new()
    {
        Method = request.Method.Method,
        Address = Store(address, client.Options.UnstoredQueryParameters),
        Version = request.Version.ToString(),
        VersionPolicy = request.VersionPolicy,
        Partition = request.GetPartition(),
        WrittenKey = client.WrittenKeyOf(request),
        KeyField = request.GetIdempotencyKey(client.KeyOptions) is { } key ? client.KeyFieldOf(key, client.WrittenKeyOf(request)) : null,
        HasContent = request.Content is not null,
        Headers = Copy(request.Headers, client.Options.StoredHeaders),
        ContentHeaders = request.Content is { } content ? Copy(content.Headers, client.Options.StoredHeaders) : [],
        Tags = new(OutboxSettings.Of(request)?.Tags ?? []),
    };

    private static Dictionary<string, string[]> Copy(HttpHeaders headers, ISet<string> stored)
        => headers.NonValidated.Where(header => stored.Contains(header.Key)).ToDictionary(header => header.Key, header => header.Value.ToArray());
}
