using System.Net;

namespace Resilience.Http;

/// <summary>
/// Errors of OAuth 2.0 token endpoints (RFC 6749 §5.2), and whatever else calls a string <c>error</c>. Credentials that are not accepted
/// come as 400 too.
/// </summary>
internal static class OAuthError
{
    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json is not { } body || body.Text("error") is not { } error)
            return null;

        // A sentence is for people, and no code.
        var code = error is "" || error.AsSpan().ContainsAny(" \t\r\n") ? null : error;
        return new ProblemMembers
        {
            Title = code,
            Detail = body.Text("error_description") ?? body.Text("message") ?? (code is null && error is not "" ? error : null),
            Kind = source.Response.StatusCode is HttpStatusCode.BadRequest ? CodeKinds.Of(code) : null,
            Extensions = NewJson.Members(("code", NewJson.Text(code)), ("error_uri", body.Member("error_uri"))),
        };
    }
}
