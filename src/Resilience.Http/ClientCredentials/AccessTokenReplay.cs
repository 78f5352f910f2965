namespace Resilience.Http;

/// <summary>Sends a request again with another access token: once per call, however many attempts it has.</summary>
internal static class AccessTokenReplay
{
    private static readonly HttpRequestOptionsKey<bool> Replayed = new("Resilience.Http.TokenReplaced");

    /// <summary>Whether the request was not replayed before, and its body can be sent again.</summary>
    public static bool IsPossible(HttpRequestMessage request)
        => !request.Options.TryGetValue(Replayed, out _) && RequestBody.CanSendAgainWith(RequestBody.Of(request.Content), request);

    /// <summary>Makes the request ready to be sent again.</summary>
    public static void Prepare(HttpRequestMessage request)
    {
        request.Options.Set(Replayed, true);
        if (RequestSettings.Of(request)?.ContentFactory is { } contents)
            contents.Use(contents.Make(), request);
    }
}
