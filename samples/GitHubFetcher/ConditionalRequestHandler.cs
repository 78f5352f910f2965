using System.Net;

namespace GitHubFetcher;

/// <summary>Asks only whether a kept answer has changed (RFC 9110 §13.1.2); a 304 costs nothing of GitHub's limit.</summary>
internal sealed class ConditionalRequestHandler(EntityCache cache) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get)
            return await base.SendAsync(request, cancellationToken);

        var kept = await cache.FindAsync(request, cancellationToken);
        if (kept is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", kept.ETag);

        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            if (response.StatusCode is HttpStatusCode.NotModified)
                kept?.Restore(response);
            else if (response.StatusCode is HttpStatusCode.OK && await Entity.OfAsync(response, cancellationToken) is { } entity)
                await cache.StoreAsync(request, entity, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
