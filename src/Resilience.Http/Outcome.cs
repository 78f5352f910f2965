using System.Diagnostics;
using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>What an attempt came to: a response or an exception, and its kind.</summary>
public readonly record struct Outcome
{
    // One answer that was no rejection is a weak reason to stop for an hour.
    internal static readonly TimeSpan MaxUnprovenPause = TimeSpan.FromMinutes(1);

    private Outcome(HttpResponseMessage? response, Exception? exception, OutcomeKind kind, ServerAdvice? advice)
        => (Response, Exception, Kind, Advice) = (response, exception, kind, advice);

    /// <summary>An exception of which is known what the attempt came to.</summary>
    internal Outcome(Exception exception, OutcomeKind kind)
        : this(null, exception, kind, null)
    {
    }

    /// <summary>The response; null if the attempt ended in an exception.</summary>
    public HttpResponseMessage? Response { get; }

    /// <summary>The exception; null if there is a response.</summary>
    public Exception? Exception { get; }

    /// <summary>The kind, in the one taxonomy that retries, circuits, problems, metrics and logs share.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>
    /// Whether it is proven that the server did not act on the request, so that repeating it is safe whatever its method:
    /// there was no connection, the server rejected it unprocessed (417, 421, 425, 429), or it never left this process.
    /// </summary>
    public bool WasNeverProcessed => this switch
    {
        { Kind: OutcomeKind.Cancelled } or { HadAnswer: true } => false,
        { Response: { } response } => Advice is { IsThrottled: true } || StatusKinds.WasNeverProcessed(response.StatusCode),
        _ => Failure.WasNeverProcessed(Exception!),
    };

    /// <summary>What the server said about its limits and about trying again; null if it said nothing of that kind.</summary>
    public ServerAdvice? Advice { get; }

    /// <summary>
    /// How long the server wants no further requests: the wait of a 429, 503 or 529; for any other response that reports a used-up quota the time until it
    /// resets, but no longer than a minute. Null if it did not ask for a pause.
    /// </summary>
    // Retry-After on any other status is no matter of limits: a redirect, a long-running operation.
    public TimeSpan? AdvisedPause => this switch
    {
        { Kind: OutcomeKind.Throttled or OutcomeKind.Unavailable } => Advice?.Delay,
        { Advice: { IsExhausted: true, Reset: { } reset } } => reset < MaxUnprovenPause ? reset : MaxUnprovenPause,
        _ => null,
    };

    /// <summary>Whether the server answered with a status below 400, and did what was asked.</summary>
    public bool IsSuccess => Kind is OutcomeKind.Success;

    /// <summary>
    /// Whether it is the failure of an answer that had begun: the server has acted, whatever it says afterwards. Or of a call that a foreign handler has made besides,
    /// and then the server may have acted.
    /// </summary>
    internal bool HadAnswer { get; init; }

    /// <summary>Whether it is certainly the failure of a call that a foreign handler has made by another client, which is no fault of this one's server.</summary>
    internal bool IsOfAnotherClient { get; init; }

    /// <summary>The status that the server answered with, in a response or in an exception; null if it did not answer.</summary>
    internal HttpStatusCode? Status => Response?.StatusCode ?? (Exception as HttpRequestException)?.StatusCode;

    /// <summary>A low-cardinality name for metrics and logs: the status code, or the kind.</summary>
    internal string Label => Response is { } response ? StatusLabels.Of(response.StatusCode) : Kind.ToString();

    /// <summary>What an attempt came to that was answered.</summary>
    /// <param name="response">The response.</param>
    /// <param name="advice">What the server said about its limits; null if nothing.</param>
    /// <returns>The outcome, of the kind that the status or the advice says.</returns>
    public static Outcome FromResponse(HttpResponseMessage response, ServerAdvice? advice = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new(response, null, advice?.Kind ?? StatusKinds.Of(response.StatusCode), advice);
    }

    /// <summary>What the client that a response came through made of it, by its body too if a reader looks at those; else what its status and its fields say.</summary>
    /// <param name="response">The response.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <returns>The outcome.</returns>
    public static Outcome FromCall(HttpResponseMessage response, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        return (response.RequestMessage is { } request ? RequestSettings.Of(request)?.JudgmentOf(response) : null)
            ?? FromResponse(response, StandardAdvice.Read(response, time ?? TimeProvider.System));
    }

    /// <summary>What an attempt came to that ended in an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="isCancelled">Whether the caller has given up: then whatever was thrown is a cancellation.</param>
    /// <returns>The outcome, of the kind that the exception says.</returns>
    public static Outcome FromException(Exception exception, bool isCancelled = false)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(exception, isCancelled ? OutcomeKind.Cancelled : Failure.KindOf(exception));
    }

    /// <summary>Whether a status by itself is no failure.</summary>
    internal static bool IsSuccessStatus(HttpResponseMessage response) => StatusKinds.Of(response.StatusCode) is OutcomeKind.Success;

    /// <summary>The response, if an attempt has ended in one.</summary>
    internal static HttpResponseMessage? ResponseIn(Task<HttpResponseMessage> sent) => sent.IsCompletedSuccessfully ? sent.Result : null;

    /// <summary>Why an attempt failed, without throwing where that can be helped.</summary>
    internal static Exception FailureOf(Task failed)
    {
        if (failed.AsyncState is ResilienceException rejection)
            return rejection;
        if (failed.Exception is { InnerException: { } failure })
            return failure;
        if (failed.IsCompletedSuccessfully)
            return new InvalidOperationException("An inner handler returned null instead of a response.");

        try
        {
            failed.GetAwaiter().GetResult();
            throw new UnreachableException();
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }

    /// <summary>The kind, with the status or the type of the exception: nothing that either holds.</summary>
    /// <returns>Such as <c>Throttled (429)</c>.</returns>
    public override string ToString() => Response is { } response ? $"{Kind} ({(int)response.StatusCode})" : Exception is null ? $"{Kind}" : $"{Kind} ({Exception.GetType().Name})";

    /// <summary>The response; or else the exception, thrown on as it came.</summary>
    internal HttpResponseMessage GetResponse()
    {
        if (Exception is not null)
            ExceptionDispatchInfo.Throw(Exception);
        return Response!;
    }
}
