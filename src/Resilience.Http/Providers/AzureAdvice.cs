namespace Resilience.Http;

/// <summary>
/// Azure's failures that pass though their status is 4xx: 449, with which Cosmos DB asks for another try, and codes such as <c>RetryableError</c>.
/// </summary>
internal sealed class AzureAdvice : IAdviceReader
{
    private const int RetryWith = 449;

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
        => (int)response.StatusCode is RetryWith ? (advice ?? new()) with { Kind = OutcomeKind.Unavailable } : CodeKinds.Advise(advice, CodeOf(response, body));

    private static string? CodeOf(HttpResponseMessage response, string body)
        => response.Headers.NonValidated.TryGetValues("x-ms-error-code", out var lines)
            ? lines.FirstOrDefault("")
            : TolerantJson.ObjectOrNull(body)?.Object("error")?.Text("code");
}
