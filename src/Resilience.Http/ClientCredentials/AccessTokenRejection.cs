using System.Net;

namespace Resilience.Http;

/// <summary>Which responses say that another access token may help (RFC 6750 §3.1).</summary>
internal static class AccessTokenRejection
{
    /// <summary>Whether the response may reject this token. A redirect removes the token, so a response from the new address is not about it.</summary>
    public static bool IsOf(AccessToken token, HttpRequestMessage request, HttpResponseMessage response)
        => IsIn(response) && ReferenceEquals(request.Headers.Authorization, token);

    /// <summary>
    /// A 401 without a challenge, or with a Bearer challenge that says <c>invalid_token</c> or names no error. A new token of the same scope fixes
    /// neither another scheme nor <c>insufficient_scope</c>.
    /// </summary>
    public static bool IsIn(HttpResponseMessage response)
    {
        if (response.StatusCode is not HttpStatusCode.Unauthorized)
            return false;
        if (!response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var lines))
            return true;

        var challenges = AuthenticationChallenges.In(response);
        return challenges.Count == 0 ? lines.Any(MayMeanTheToken) : challenges
            .Where(static challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            .Any(static challenge => AuthenticationParameters.Parse(challenge.Parameter).GetValueOrDefault("error") is null or "invalid_token");
    }

    // A malformed field, for example without a comma. One token too many is better than a client that is rejected until it restarts.
    private static bool MayMeanTheToken(string line)
        => line.TrimStart().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && (line.Contains("invalid_token", StringComparison.Ordinal) || !line.Contains("error", StringComparison.Ordinal));
}
