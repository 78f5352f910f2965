namespace Resilience.Http;

/// <summary>
/// A request that is not sent, as a faulted task. The task carries its exception as its state, so that outer handlers see it without
/// unwrapping it, which is what rejecting would cost most for.
/// </summary>
internal static class Rejection
{
    extension(OutcomeKind kind)
    {
        /// <summary>Whether a circuit or a limit of this client kept the request from being sent.</summary>
        public bool IsRejection => kind is OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter;
    }

    public static Task<HttpResponseMessage> Of(ResilienceException reason)
    {
        reason.IsRejection = true;
        var source = new TaskCompletionSource<HttpResponseMessage>(reason);
        source.SetException(reason);
        return source.Task;
    }

    /// <summary>
    /// The exception of this library's that a request ended in before anything was awaited. Whoever does not hand the task on calls <see cref="Settle"/>.
    /// </summary>
    public static ResilienceException? In(Task<HttpResponseMessage> sent) => sent.IsCompleted ? (sent.AsyncState ?? sent.Exception?.InnerException) as ResilienceException : null;

    /// <summary>Without this the finalizer would report the exception of a task that nobody awaits as an unobserved one.</summary>
    public static void Settle(Task<HttpResponseMessage> rejected) => rejected.Ended.GetAwaiter().GetResult();
}
