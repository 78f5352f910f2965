namespace Resilience.Http;

/// <summary>
/// Stands innermost and counts the attempts of a request that may have reached the server: what never did can be forgotten. Only here is each attempt seen; what the whole call ended in may be an open circuit, after an
/// attempt that was processed.
/// </summary>
/// <param name="client">The name of the client.</param>
internal sealed class SentMark(string client) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (OutboxSettings.Of(request, client) is not { } settings)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var (method, body, watched) = (Leave(request, settings, cancellationToken), request.Content, LastLook.At(request, settings));
        request.Content = watched;
        try
        {
            return Arrived(await base.SendAsync(request, cancellationToken).ConfigureAwait(false), request, settings, method);
        }
        catch (Exception e)
        {
            Failed(e, request, settings, method);
            throw;
        }
        finally
        {
            PutBack(request, watched, body);
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (OutboxSettings.Of(request, client) is not { } settings)
            return base.Send(request, cancellationToken);

        var (method, body, watched) = (Leave(request, settings, cancellationToken), request.Content, LastLook.At(request, settings));
        request.Content = watched;
        try
        {
            return Arrived(base.Send(request, cancellationToken), request, settings, method);
        }
        catch (Exception e)
        {
            Failed(e, request, settings, method);
            throw;
        }
        finally
        {
            PutBack(request, watched, body);
        }
    }

    // A process may have been stopped since this attempt began: for longer than the server knows the key, or than the call is its own.
    private static HttpMethod Leave(HttpRequestMessage request, OutboxSettings settings, CancellationToken cancellationToken)
    {
        // The transport would not begin it either, and what never left can be taken back.
        cancellationToken.ThrowIfCancellationRequested();
        settings.Leave();
        settings.LastStatus = null;
        return request.Method;
    }

    // A redirect may have taken it off.
    private static void PutBack(HttpRequestMessage request, HttpContent? watched, HttpContent? body)
    {
        if (ReferenceEquals(request.Content, watched))
            request.Content = body;
    }

    private static HttpResponseMessage Arrived(HttpResponseMessage response, HttpRequestMessage request, OutboxSettings settings, HttpMethod method)
    {
        settings.LastStatus = response.StatusCode;
        if (request.Method == method && Outcome.FromResponse(response).WasNeverProcessed)
            settings.WasNotProcessed();
        return response;
    }

    // Of a redirected request, the server that redirected has acted.
    private static void Failed(Exception e, HttpRequestMessage request, OutboxSettings settings, HttpMethod method)
    {
        settings.LastStatus = (e as HttpRequestException)?.StatusCode;
        if (request.Method == method && Outcome.FromException(e).WasNeverProcessed)
            settings.WasNotProcessed();
    }
}
