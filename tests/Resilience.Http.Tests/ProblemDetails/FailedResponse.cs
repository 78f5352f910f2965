using System.Net;
using System.Text;

namespace Resilience.Http.Tests;

/// <summary>A failed response of a server far away, and the problem that is read from it.</summary>
internal static class FailedResponse
{
    public const int Limit = 64 * 1024;

    public static HttpResponseMessage With(int status, string? contentType, byte[] body, params string[] codings)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new ByteArrayContent(body),
            RequestMessage = new HttpRequestMessage(HttpMethod.Get, "https://api.example.org/foo/bar/123"),
        };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        response.Content.Headers.TryAddWithoutValidation("Content-Encoding", codings);
        return response;
    }

    public static Problem Problem(string body, string contentType = "application/problem+json", int status = 400)
        => Problem(Encoding.UTF8.GetBytes(body), contentType, status);

    public static Problem Problem(byte[] body, string? contentType, int status = 400, params string[] codings)
    {
        using var response = With(status, contentType, body, codings);
        return ProblemReader.Read(Outcome.FromResponse(response, new ServerAdvice { RetryAfter = TimeSpan.FromSeconds(7) }), body, Limit);
    }
}
