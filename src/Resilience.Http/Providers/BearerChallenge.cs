using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Why a resource rejected a token (RFC 6750 §3), where the body says nothing: <c>WWW-Authenticate: Bearer error="invalid_token"</c>.</summary>
internal static class BearerChallenge
{
    public static ProblemMembers? Read(ProblemSource source)
        => AuthenticationChallenges.In(source.Response)
            .Where(static challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            .Select(Members)
            .FirstOrDefault(static members => members is not null);

    private static ProblemMembers? Members(AuthenticationHeaderValue challenge)
    {
        var parameters = AuthenticationParameters.Parse(challenge.Parameter);
        if (parameters.GetValueOrDefault("error") is not { Length: > 0 } error)
            return null;

        return new ProblemMembers
        {
            Title = error,
            Detail = parameters.GetValueOrDefault("error_description"),
            Extensions = NewJson.Members(
                ("code", NewJson.Text(error)),
                ("error_uri", NewJson.Text(parameters.GetValueOrDefault("error_uri"))),
                ("scope", NewJson.Text(parameters.GetValueOrDefault("scope")))),
        };
    }
}
