using System.Net;

namespace Resilience.Http;

/// <summary>Which answers say that another token may help (RFC 6750 §3.1).</summary>
internal static class AccessTokenRejection
{
    /// <summary>Whether the answer may refuse this token. A redirect takes the token off: what the new address then says is not about it.</summary>
    public static bool IsOf(AccessToken token, HttpRequestMessage request, HttpResponseMessage response)
        => IsIn(response) && ReferenceEquals(request.Headers.Authorization, token);

    /// <summary>
    /// A 401 that challenges to nothing, or to Bearer with <c>invalid_token</c> or without an error. Neither another scheme nor
    /// <c>insufficient_scope</c> is mended by a token of the same scope.
    /// </summary>
    public static bool IsIn(HttpResponseMessage response)
    {
        if (response.StatusCode is not HttpStatusCode.Unauthorized)
            return false;
        if (!response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var lines))
            return true;

        var challenges = response.Headers.WwwAuthenticate;
        return challenges.Count == 0 ? lines.Any(MayMeanTheToken) : challenges
            .Where(static challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            .Any(static challenge => AuthenticationParameters.Parse(challenge.Parameter).GetValueOrDefault("error") is null or "invalid_token");
    }

    // Malformed, as with a missing comma. Better a token too many than a client that is refused until it is restarted.
    private static bool MayMeanTheToken(string line)
        => line.TrimStart().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && (line.Contains("invalid_token", StringComparison.Ordinal) || !line.Contains("error", StringComparison.Ordinal));
}
