using System.Globalization;
using System.Net;

namespace Resilience.Http;

/// <summary>
/// gRPC's failures, which come as 200. An answer without messages has its status in the headers; after a message it comes too late for another attempt.
/// UNAVAILABLE and RESOURCE_EXHAUSTED do not prove that the server did nothing.
/// Source: grpc/proposal A6, client retries; grpc/grpc PROTOCOL-HTTP2, Trailers-Only.
/// </summary>
internal sealed class GrpcAdvice : IAdviceReader
{
    private const string ResourceExhausted = "8";
    private const string Unavailable = "14";

    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.OK && ValueOf(response, "grpc-status") is ResourceExhausted or Unavailable;

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        var failed = (advice ?? new()) with { Kind = OutcomeKind.Unavailable };
        return ValueOf(response, "grpc-retry-pushback-ms") switch
        {
            null => failed,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wait) => failed with { RetryAfter = TimeSpan.FromMilliseconds(wait) },
            // Any other value, such as -1, forbids another attempt.
            _ => failed with { ShouldRetry = false },
        };
    }

    private static string? ValueOf(HttpResponseMessage response, string name)
        => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
