namespace Resilience.Http;

/// <summary>Sends a request again with another access token: once per call, however many attempts it has.</summary>
internal static class AccessTokenReplay
{
    private static readonly HttpRequestOptionsKey<bool> Replayed = new("Resilience.Http.TokenReplaced");

    /// <summary>Whether the request was not replayed before, and its body can be sent again.</summary>
    public static bool IsPossible(HttpRequestMessage request)
        => !request.Options.TryGetValue(Replayed, out _) && RequestBody.CanSendAgainWith(RequestBody.Of(request.Content), request);

    /// <summary>Makes the request ready to be sent again.</summary>
    /// <returns>False, and nothing changed, if there is no content for it: the response that is there is the answer then.</returns>
    public static bool TryPrepare(HttpRequestMessage request, ClientContext client)
    {
        if (RequestSettings.Of(request)?.ContentFactory is { } contents)
        {
            if (contents.TryMake(client) is not { } content)
                return false;

            contents.Use(content, request);
        }

        request.Options.Set(Replayed, true);
        return true;
    }
}
