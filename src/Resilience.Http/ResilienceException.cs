using System.Net;

namespace Resilience.Http;

/// <summary>
/// The base of every exception that this library throws of its own accord. It is an <see cref="HttpRequestException"/>,
/// so that existing <c>catch</c> blocks work.
/// </summary>
public abstract class ResilienceException : HttpRequestException
{
    private protected ResilienceException(string message, OutcomeKind kind, Exception? inner = null, HttpStatusCode? statusCode = null)
        : base((inner as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown, message, inner, statusCode) => Kind = kind;

    /// <summary>What the call came to.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>The shortest time after which another try makes sense; null if nobody said.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>How many attempts were sent before this was thrown; 0 if the request never left.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Whether the last attempt ended in this before it left.</summary>
    internal virtual bool WasRejected => Kind is OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter;

    /// <summary>What it is to those on whose behalf the call was made.</summary>
    internal virtual OutcomeKind KindForCallers => Kind;

    /// <summary>For messages about an attempt that was held back: attempts before it may have been sent.</summary>
    private protected string Again => Attempts > 0 ? " again" : string.Empty;
}
