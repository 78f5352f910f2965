namespace Resilience.Http;

/// <summary>Passes the failures of calls on to one's own callers.</summary>
public static class HttpRequestExceptionExtensions
{
    /// <param name="failure">What a client threw.</param>
    extension(HttpRequestException failure)
    {
        /// <summary>
        /// The failure as a problem fit to be passed on: of a <see cref="ProblemDetailsException"/> what the upstream said; of a call
        /// without an answer what it came to and how long to wait, but not the message, which names clients and addresses (RFC 9457 §5).
        /// </summary>
        /// <returns>The problem.</returns>
        public Problem ToProblem() => failure is ProblemDetailsException { Problem: { Status: not null } known }
            ? known
            : failure is ResilienceException { WasRejected: true } held
            ? new Problem { Kind = held.KindForCallers, RetryAfter = held.RetryAfter }
            : new Problem { Status = failure.StatusCode, Kind = Outcome.FromException(failure).Kind, RetryAfter = (failure as ResilienceException)?.RetryAfter };
    }
}
