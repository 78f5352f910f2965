namespace GitHubFetcher;

/// <summary>An answer that is kept.</summary>
/// <param name="ETag">By what the server knows it again.</param>
/// <param name="Link">Its Link field; an answer of 304 need not repeat it.</param>
/// <param name="MediaType">Its Content-Type.</param>
/// <param name="Body">Its body.</param>
internal sealed record Entity(string ETag, string? Link, string? MediaType, byte[] Body)
{
    /// <returns>Null if the answer has no ETag.</returns>
    public static async Task<Entity?> OfAsync(HttpResponseMessage response, CancellationToken cancelled)
        => response.Headers.ETag is { } tag
            ? new(tag.ToString(), Line(response, "Link"), response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsByteArrayAsync(cancelled))
            : null;

    /// <summary>Makes a 304 the 200 that it confirms; what it says about limits stays (RFC 9111 §4.3.4).</summary>
    public void Restore(HttpResponseMessage notModified)
    {
        notModified.StatusCode = System.Net.HttpStatusCode.OK;
        notModified.Content = new ByteArrayContent(Body);
        notModified.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        if (Link is not null && !notModified.Headers.Contains("Link"))
            notModified.Headers.Add("Link", Link);
    }

    private static string? Line(HttpResponseMessage response, string name)
        => response.Headers.TryGetValues(name, out var lines) ? string.Join(", ", lines) : null;
}
