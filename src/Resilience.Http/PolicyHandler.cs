namespace Resilience.Http;

/// <summary>
/// The base of every handler of this library. It has one implementation for <see cref="HttpClient.SendAsync(HttpRequestMessage)"/> and
/// <see cref="HttpClient.Send(HttpRequestMessage)"/>, so that neither can bypass it. Handlers are safe for concurrent use.
/// </summary>
public abstract class PolicyHandler : DelegatingHandler
{
    private HttpMessageHandler? _inner;
    private PolicyHandler? _next;

    private protected PolicyHandler()
    {
    }

    /// <summary>Reads known-length bodies as part of the attempt, where this handler is the innermost that an attempt may end in.</summary>
    internal ResponseBodyReader? BodyReader { get; set; }

    /// <summary>Whether a retry further out sees every attempt and notes what the server advised.</summary>
    internal bool IsInsideRetry { get; set; }

    /// <summary>Whether the handler further in becomes part of the same attempt; else it begins one of its own.</summary>
    internal virtual bool SharesAttempt => true;

    /// <summary>The other handlers of this library further in, outermost first; foreign handlers between them are passed over.</summary>
    private protected IEnumerable<PolicyHandler> Inner
    {
        get
        {
            for (var next = InnerHandler; next is DelegatingHandler handler; next = handler.InnerHandler)
            {
                if (handler is PolicyHandler ours)
                    yield return ours;
            }
        }
    }

    /// <summary>The inner handler, if it is one of this library's. Asked for with every attempt, so its type is looked at once.</summary>
    private PolicyHandler? Next
    {
        get
        {
            if (Volatile.Read(ref _inner) == InnerHandler)
                return _next;

            _next = InnerHandler as PolicyHandler;
            Volatile.Write(ref _inner, InnerHandler);
            return _next;
        }
    }

    /// <summary>Sends the request on, asynchronously or, where <paramref name="async"/> is false, on this thread before returning.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="async">Whether the caller can await the task; else it has ended when this returns.</param>
    /// <param name="attempt">The attempt that the handler before this one is part of and awaits; null if that one is foreign or sends no attempts.</param>
    /// <param name="cancellationToken">Of the handler before this one.</param>
    private protected abstract Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => SendAsync(request, async: true, attempt: null, cancellationToken);

    /// <inheritdoc/>
    protected sealed override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => BlockingTasks.OutOfContext(() => SendAsync(request, async: false, attempt: null, cancellationToken)).GetAwaiter().GetResult();

    /// <summary>The inner handler's answer; whatever it throws before its first await comes back as a faulted task.</summary>
    private protected Task<HttpResponseMessage> SendInnerAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (attempt is not null && BodyReader is not null)
            attempt.BodyReader = BodyReader;
        try
        {
            if (Next is { } next)
                return next.SendAsync(request, async, attempt, cancellationToken);

            return async ? base.SendAsync(request, cancellationToken) : Task.FromResult(base.Send(request, cancellationToken));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    /// <summary>For a handler that has to know what becomes of a request which nobody further out awaits as an attempt.</summary>
    private protected Task<HttpResponseMessage> SendAsAttemptAsync(ResilientClient client, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var attempt = Attempt.Begin(client, request, async, cancellationToken);
        return attempt.FinishAsync(SendAsync(request, async, attempt, cancellationToken));
    }

    /// <summary>A request that is not sent: a faulted task whose state is its exception, for handlers further out to see without unwrapping it.</summary>
    private protected static Task<HttpResponseMessage> Refuse(ResilienceException refusal)
    {
        var source = new TaskCompletionSource<HttpResponseMessage>(refusal);
        source.SetException(refusal);
        return source.Task;
    }
}
