using System.Globalization;
using System.Net;

namespace Resilience.Http;

/// <summary>
/// The base of every exception that the policies throw of their own accord. It is an <see cref="HttpRequestException"/>, so that existing
/// <c>catch</c> blocks work.
/// </summary>
public abstract class ResilienceException : HttpRequestException
{
    /// <summary>A failure of a call.</summary>
    /// <param name="message">What happened to what, after how much, and what to do about it.</param>
    /// <param name="kind">What the call came to.</param>
    /// <param name="inner">What caused it; null if nothing did.</param>
    /// <param name="statusCode">The status of the response that it is about; null if there was none.</param>
    protected ResilienceException(string message, OutcomeKind kind, Exception? inner = null, HttpStatusCode? statusCode = null)
        : base((inner as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown, message, inner, statusCode) => Kind = kind;

    /// <summary>What the call came to.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>The shortest time after which another try makes sense; null if nobody said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How many attempts were sent before this was thrown; 0 if the request was never sent. Retry says so on the exception of a policy inside it.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// Whether the last attempt ended in this before it was sent: then it does not count as sent, and its <see cref="Kind"/> says nothing about
    /// the server. The default is true for what a policy rejected with <see cref="PolicyHandler.Reject"/>, for an open circuit and for a limit of the
    /// client's own.
    /// </summary>
    public virtual bool WasRejected => IsRejection || Kind.IsRejection;

    /// <summary>
    /// Whether the time was up while the bytes of the request's body were waited for: whoever makes the body was late, and not the server. A proxy
    /// would answer 408 (RFC 9110, section 15.5.9) then, and not 504.
    /// </summary>
    public bool WaitedForRequestBody { get; internal set; }

    /// <summary>Whether a policy has rejected the request with it.</summary>
    internal bool IsRejection { get; set; }

    /// <summary>Whether a request to another address need not be rejected.</summary>
    internal virtual bool IsOfOneAddress => Kind.IsRejection;

    /// <summary>The address that the request had where it was rejected; null if it was not.</summary>
    internal Uri? RejectedAt { get; set; }

    /// <summary>The request that has failed so; null if that is not known.</summary>
    internal HttpRequestMessage? Subject { get; set; }

    /// <summary>The client that made the call which has failed so; null if that is not known.</summary>
    internal ClientContext? Owner { get; set; }

    /// <summary>
    /// Whether it may be about this request. A handler of others may call another client, before or after it has sent its own request on, and what becomes of that call
    /// proves nothing about this one. It may also send a copy, which has the options of what it was copied from.
    /// </summary>
    internal bool IsAbout(HttpRequestMessage request)
        => Subject is null || Subject == request || (RequestSettings.Of(Subject) is { } settings && settings == RequestSettings.Of(request));

    /// <summary>
    /// Whether a failure, or what has caused it, is that of a call that a handler has made by another client. Certain of clients of a container alone, whose handlers share one context:
    /// those that are put together by hand have one each, and what comes of a copy that a handler between them has sent looks the same.
    /// </summary>
    internal static bool IsOfAnother(Exception? failure, HttpRequestMessage request, ClientContext client) => failure switch
    {
        null => false,
        ResilienceException ours => !ours.IsAbout(request) && ours.Owner is { IsRegistered: true } owner && client.IsRegistered && owner != client,
        AggregateException { InnerExceptions: { Count: > 0 } all } => AreOfAnother(all, request, client),
        _ => IsOfAnother(failure.InnerException, request, client),
    };

    /// <summary>What it is to those on whose behalf the call was made.</summary>
    internal virtual OutcomeKind KindForCallers => Kind;

    /// <summary>The message without what differs from call to call, the wait above all: what a problem says.</summary>
    internal virtual string Detail => Message;

    /// <summary>What other requests were rejected for as well, by the same circuit or limit; null if that is not known.</summary>
    internal RejectionCause? Cause { get; init; }

    /// <summary>For messages about a rejected attempt: attempts before it may have been sent.</summary>
    private protected string Again => Attempts > 0 ? " again" : string.Empty;

    /// <summary>For the same messages.</summary>
    private protected string Wait => RetryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $"; try again in {wait.TotalSeconds:0.###} s") : string.Empty;

    /// <summary>For messages about time that was up.</summary>
    private protected string Late => WaitedForRequestBody ? "; the request's body had not come" : string.Empty;

    // Apart, as what a lambda keeps would be allocated for every rejection.
    private static bool AreOfAnother(IEnumerable<Exception> failures, HttpRequestMessage request, ClientContext client)
        => failures.All(failure => IsOfAnother(failure, request, client));
}
