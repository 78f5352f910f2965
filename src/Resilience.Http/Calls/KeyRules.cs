using System.Net;

namespace Resilience.Http;

/// <summary>What retry has to know of the idempotency keys that an outer policy writes.</summary>
/// <param name="HeaderName">The header; null if the key is in the body.</param>
/// <param name="Honours">Whether the server honours a key on this method.</param>
/// <param name="Judge">What a failure says about the key.</param>
/// <param name="ReplayMark">The header of a stored answer; null for <c>Idempotent-Replayed</c>.</param>
/// <param name="IsFailureForgotten">Whether the server stores successes only: a 5xx may have come after the effect, and its repetition would be executed again.</param>
internal sealed record KeyRules(string? HeaderName, Func<HttpMethod, bool> Honours, Func<IdempotencyAnswer, IdempotencyVerdict> Judge, string? ReplayMark, bool IsFailureForgotten)
{
    /// <summary>Whether the request, as it was written, has a key that the server honours.</summary>
    public bool Covers(RequestSnapshot written, HttpRequestMessage request)
        => Honours(written.Method) && (HeaderName is { } header ? written.HasHeader(header) : RequestSettings.Of(request)?.IdempotencyKey is not null);

    /// <summary>Whether the key covers a repetition after this outcome.</summary>
    public bool CoversAfter(in Outcome outcome)
        => !IsFailureForgotten || outcome.Status is not (>= HttpStatusCode.InternalServerError and not HttpStatusCode.GatewayTimeout) || outcome.WasNeverProcessed;

    /// <summary>Whether the server has replayed a stored answer.</summary>
    public bool IsReplayed(HttpResponseMessage? response)
        => ReplayMark is { } mark && response is not null && response.Headers.NonValidated.TryGetValues(mark, out var value) && value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase);
}
