using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>The challenges of <c>WWW-Authenticate</c> (RFC 9110 §11.6.1).</summary>
internal static class AuthenticationChallenges
{
    // .NET reads the field in time that grows with the square of its length. What honest servers send is far shorter.
    private const int MaxLength = 4096;

    /// <summary>The challenges of a response, of every scheme; none if the field is malformed or too long.</summary>
    public static ICollection<AuthenticationHeaderValue> In(HttpResponseMessage response)
        => response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var lines) && lines.Sum(static line => line.Length) <= MaxLength
            ? response.Headers.WwwAuthenticate
            : [];
}
