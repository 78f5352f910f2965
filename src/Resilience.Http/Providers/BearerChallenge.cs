using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Why a resource rejected a token (RFC 6750 §3), where the body says nothing: <c>WWW-Authenticate: Bearer error="invalid_token"</c>.</summary>
internal static class BearerChallenge
{
    // .NET reads the field in time that grows with the square of its length. What honest servers send is far shorter.
    private const int MaxLength = 4096;

    /// <summary>The challenges of a response, of every scheme; none if the field is malformed or too long.</summary>
    public static ICollection<AuthenticationHeaderValue> AllIn(HttpResponseMessage response)
        => response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var lines) && lines.Sum(static line => line.Length) <= MaxLength
            ? response.Headers.WwwAuthenticate
            : [];

    public static ProblemMembers? Read(ProblemSource source)
        => AllIn(source.Response)
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
