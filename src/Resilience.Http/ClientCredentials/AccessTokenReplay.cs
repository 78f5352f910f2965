namespace Resilience.Http;

/// <summary>Sends a request again with another access token: once per call, however many attempts it has.</summary>
internal static class AccessTokenReplay
{
    /// <summary>Whether the request was not replayed before, and its body can be sent again.</summary>
    public static bool IsPossible(HttpRequestMessage request)
        => RequestSettings.Of(request) is not { HasReplayedToken: true } && RequestBody.CanSendAgainWith(RequestBody.Of(request.Content), request);

    /// <summary>Makes the request ready to be sent again.</summary>
    /// <returns>False, and nothing changed, if there is no content for it: the response that is there is the answer then.</returns>
    public static bool TryPrepare(HttpRequestMessage request, ClientContext client)
    {
        var settings = RequestSettings.For(request);
        if (settings.ContentFactory is { } contents)
        {
            if (contents.TryMake(client) is not { } content)
                return false;

            contents.Use(content, request);
        }

        settings.HasReplayedToken = true;
        return true;
    }
}
