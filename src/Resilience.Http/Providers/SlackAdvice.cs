using System.Net;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>Slack's errors that pass, which come with 200 as all of its errors do: <c>ratelimited</c>, <c>internal_error</c>, <c>service_unavailable</c>.</summary>
internal sealed class SlackAdvice : IAdviceReader
{
    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.OK && MediaType.Of(response.Content).IsJson;

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
        => TolerantJson.ObjectOrNull(body) is { } answer && answer.Member("ok") is { ValueKind: JsonValueKind.False }
            ? CodeKinds.Advise(advice, answer.Text("error"))
            : advice;
}
