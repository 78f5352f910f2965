namespace Resilience.Http;

/// <summary>Sends a request again with another access token: once per call, however many attempts it has.</summary>
internal static class AccessTokenReplay
{
    /// <summary>Whether the request was not replayed before, and its body can be sent again.</summary>
    /// <param name="request">The request, as inner handlers have left it.</param>
    /// <param name="content">Its content when it was sent.</param>
    public static bool IsPossible(HttpRequestMessage request, HttpContent? content) => RequestSettings.Of(request) switch
    {
        { HasReplayedToken: true } => false,
        { ContentFactory: not null } => true,
        _ => RequestBody.CanSendAgainWith(RequestBody.Of(content), request) && !BodyKinds.IsDisposed(content),
    };

    /// <summary>Makes the request ready to be sent again.</summary>
    /// <returns>False, and nothing changed, if there is no content for it: the response that is there is the answer then.</returns>
    /// <param name="request">The request, as inner handlers have left it.</param>
    /// <param name="content">Its content when it was sent.</param>
    /// <param name="written">The request as it came here; null where no inner handler changes it.</param>
    /// <param name="client">The client.</param>
    public static bool TryPrepare(HttpRequestMessage request, HttpContent? content, RequestSnapshot? written, ClientContext client)
    {
        var settings = RequestSettings.For(request);
        if (settings.ContentFactory is { } contents)
        {
            if (contents.TryMake(client) is not { } fresh)
                return false;

            written?.Restore(request);
            contents.Use(fresh, request);
        }
        else
        {
            // An inner handler that has signed or packed it would do so twice.
            written?.Restore(request);
            RequestBody.PutBack(request, content);
        }

        settings.HasReplayedToken = true;
        return true;
    }
}
