using System.Net;

namespace Resilience.Http;

/// <summary>What a try came to, as far as it has to be judged.</summary>
internal sealed record TryOutcome
{
    public HttpStatusCode? Status { get; init; }

    public Exception? Exception { get; init; }

    public OutcomeKind Kind { get; init; }

    /// <summary>Whether the server may have acted on this try.</summary>
    public bool MayHaveBeenProcessed { get; init; }

    /// <summary>Whether the status is of a handler that has not had it from the server, such as one that lets nothing pass.</summary>
    public bool IsOfHandler { get; init; }

    /// <summary>Whether the server has failed, perhaps after the effect, and does not store failures.</summary>
    public bool HasFailedUnstored { get; init; }

    /// <summary>Whether a redirect made another request of it.</summary>
    public bool WasReplaced { get; init; }

    /// <summary>Whether the server has replayed a stored answer.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>What the answer means where its status says something else; null if that says it.</summary>
    public OutcomeKind? Meaning { get; init; }

    /// <summary>Whether the server says that another try helps.</summary>
    public bool ShouldRetry { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the profile says of the failure.</summary>
    public IdempotencyVerdict Key { get; init; }

    /// <param name="exception">What was thrown.</param>
    /// <param name="settings">What is known of its attempts; null if none has left.</param>
    /// <param name="wasReplaced">Whether a redirect had made another request of it.</param>
    public static TryOutcome Of(Exception exception, OutboxSettings? settings, bool wasReplaced = false) => new()
    {
        Status = StatusIn(exception, settings?.Heard),
        Exception = exception,
        Kind = Outcome.FromException(exception).Kind,
        MayHaveBeenProcessed = settings is { Sent: > 0 },
        HasFailedUnstored = settings is { HasFailedUnstored: true },
        WasReplaced = wasReplaced,
        RetryAfter = (exception as ResilienceException)?.RetryAfter,
    };

    // The server's only if it came from there: a handler that fetches a token throws the status of the token endpoint, and a proxy that gives no way its own. A success
    // that was thrown was none to whoever threw it.
    private static HttpStatusCode? StatusIn(Exception exception, HeardAnswers? heard)
        => exception is HttpRequestException { HttpRequestError: not HttpRequestError.ProxyTunnelError, StatusCode: >= HttpStatusCode.Ambiguous and var status }
            && exception is not ResilienceException { WasRejected: true } && heard?.Contains(status) is true ? status : null;

    /// <param name="response">The response; its body may be looked at.</param>
    /// <param name="request">The request.</param>
    /// <param name="method">Its method as it was written.</param>
    /// <param name="settings">What is known of its attempts.</param>
    /// <param name="client">Whose call it is.</param>
    /// <param name="wasTriedBefore">Whether an earlier try may have been processed.</param>
    public static async Task<TryOutcome> OfAsync(HttpResponseMessage response, HttpRequestMessage request, HttpMethod method, OutboxSettings settings, OutboxClient client, bool wasTriedBefore)
    {
        var (sent, profile) = (settings.Sent, client.Profile);
        // A handler may have made the response, and not said of which request.
        var wasReplaced = (response.RequestMessage ?? request).Method != method;
        var answer = IdempotencyAnswer.IsPossible(response.StatusCode)
            ? await IdempotencyAnswer.ReadAsync(response, wasTriedBefore || sent > 1).ConfigureAwait(false)
            : (IdempotencyAnswer?)null;
        var outcome = Outcome.FromCall(response, client.Time);
        // Its status alone did not say so when it was counted.
        if (!wasReplaced && outcome.WasNeverProcessed && !Outcome.FromResponse(response).WasNeverProcessed)
            sent--;
        return new()
        {
            Status = response.StatusCode,
            IsOfHandler = !settings.Heard.Contains(response),
            HasFailedUnstored = settings.HasFailedUnstored,
            Kind = outcome.Kind,
            Meaning = outcome.Advice?.Kind,
            ShouldRetry = outcome.Advice is { ShouldRetry: true },
            MayHaveBeenProcessed = sent > 0,
            WasReplaced = wasReplaced,
            IsReplayed = profile.ReplayMark is { } mark && response.Headers.NonValidated.TryGetValues(mark, out var value) && value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase),
            RetryAfter = outcome.Advice?.RetryAfter,
            Key = answer is { } about ? Judge(about, profile, client) : IdempotencyVerdict.None,
        };
    }

    // Of the provider's answer nothing is known then; the call has come to it all the same.
    private static IdempotencyVerdict Judge(IdempotencyAnswer answer, IdempotencyProfile profile, OutboxClient client)
    {
        try
        {
            return profile.Judge(answer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Telemetry.JudgeFailed(e);
            return IdempotencyVerdict.Unknown;
        }
    }
}
