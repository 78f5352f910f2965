using System.Net;
using System.Text;

namespace Resilience.Http.Tests;

/// <summary>Responses with fields as they come over the wire, received at noon.</summary>
internal static class Answers
{
    public static VirtualClock Noon { get; } = new();

    /// <param name="status">The status code.</param>
    /// <param name="fields">Lines such as <c>Retry-After: 7</c>; several may stand in one, parted by <c>|</c>.</param>
    /// <param name="body">JSON, unless it begins like XML.</param>
    public static HttpResponseMessage With(int status, string fields, string body = "")
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, body.StartsWith('<') ? "text/xml" : "application/json") };
        foreach (var line in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
            response.Headers.TryAddWithoutValidation(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' '));
        return response;
    }

    public static ServerAdvice? Read(string fields)
    {
        using var response = With(200, fields);
        return StandardAdvice.Read(response, Noon);
    }
}
