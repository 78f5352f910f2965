using System.Net;

namespace Resilience.Http;

/// <summary>
/// A 429 that no wait will help, as OpenAI, Anthropic and X send it to an account without credit, or one that has reached its limit of the month.
/// </summary>
internal sealed class CreditAdvice : IAdviceReader
{
    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => response.StatusCode is HttpStatusCode.TooManyRequests;

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (TolerantJson.ObjectOrNull(body) is not { } answer)
            return advice;

        // X says it in the title of a problem, OpenAI in the type or the code of an error, Anthropic in its details.
        var error = answer.Object("error");
        string?[] codes = [answer.Text("title"), error?.Text("type"), error?.Text("code"), error?.Object("details")?.Text("error_code")];
        return codes.Any(CodeKinds.IsOutOfCredit) ? (advice ?? new()) with { Kind = OutcomeKind.Forbidden, RetryAfter = null } : advice;
    }
}
