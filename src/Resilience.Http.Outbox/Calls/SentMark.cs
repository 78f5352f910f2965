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

        var (method, look) = (Leave(request, settings, cancellationToken), LastLook.At(request, settings));
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
            look.TakeOff(request);
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (OutboxSettings.Of(request, client) is not { } settings)
            return base.Send(request, cancellationToken);

        var (method, look) = (Leave(request, settings, cancellationToken), LastLook.At(request, settings));
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
            look.TakeOff(request);
        }
    }

    // A process may have been stopped since this attempt began: for longer than the server knows the key, or than the call is its own.
    private static HttpMethod Leave(HttpRequestMessage request, OutboxSettings settings, CancellationToken cancellationToken)
    {
        // The transport would not begin it either, and what never left can be taken back.
        cancellationToken.ThrowIfCancellationRequested();
        settings.Leave();
        return request.Method;
    }

    private static HttpResponseMessage Arrived(HttpResponseMessage response, HttpRequestMessage request, OutboxSettings settings, HttpMethod method)
    {
        var wasNeverProcessed = request.Method == method && Outcome.FromResponse(response).WasNeverProcessed;
        settings.Heard.Add(response.StatusCode, response, wasNeverProcessed);
        if (wasNeverProcessed)
            settings.WasNotProcessed();
        return response;
    }

    // Of a redirected request, the server that redirected has acted.
    private static void Failed(Exception e, HttpRequestMessage request, OutboxSettings settings, HttpMethod method)
    {
        var wasNeverProcessed = request.Method == method && Outcome.FromException(e).WasNeverProcessed;
        if (e is HttpRequestException { StatusCode: { } status })
            settings.Heard.Add(status, null, wasNeverProcessed);
        if (wasNeverProcessed)
            settings.WasNotProcessed();
    }
}
