namespace Resilience.Http;

/// <summary>Sends a request again with another access token: once per call, however many attempts it has.</summary>
internal static class AccessTokenReplay
{
    /// <summary>Whether the request was not replayed before, and its body can be sent again.</summary>
    public static bool IsPossible(HttpRequestMessage request)
        => RequestSettings.Of(request) is not { HasReplayedToken: true } && RequestBody.CanSendAgainWith(RequestBody.Of(request.Content), request);

    /// <summary>Makes the request ready to be sent again.</summary>
    public static void Prepare(HttpRequestMessage request)
    {
        var settings = RequestSettings.For(request);
        settings.HasReplayedToken = true;
        if (settings.ContentFactory is { } contents)
            contents.Use(contents.Make(), request);
    }
}
