namespace Resilience.Http;

/// <summary>
/// The base of every handler of this library. It has one implementation for <see cref="HttpClient.SendAsync(HttpRequestMessage)"/> and
/// <see cref="HttpClient.Send(HttpRequestMessage)"/>, so that neither can bypass it. Handlers are safe for concurrent use.
/// </summary>
public abstract class ResilienceHandler : DelegatingHandler
{
    private ResilienceHandler[]? _inner;

    private protected ResilienceHandler()
    {
    }

    /// <summary>The other handlers of this library further in, outermost first; foreign handlers between them are passed over.</summary>
    private protected ReadOnlySpan<ResilienceHandler> Inner => _inner ??= FindInner();

    /// <summary>Reads known-length bodies as part of the attempt, where this handler is the innermost that awaits it.</summary>
    internal ResponseBodyReader? BodyReader { get; set; }

    /// <summary>Whether a handler further out awaits every attempt and tells of what matters, so that this one need not await.</summary>
    internal bool IsObserved { get; set; }

    /// <summary>Sends the request on, asynchronously or, where <paramref name="async"/> is false, on this thread before returning.</summary>
    private protected abstract Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken);

    /// <summary>Told of every attempt that failed or brought advice by the outermost handler that awaits it, so that this one need not await.</summary>
    internal virtual void Observe(HttpRequestMessage request, in Outcome outcome)
    {
    }

    /// <inheritdoc/>
    protected sealed override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => SendAsync(request, async: true, cancellationToken);

    /// <inheritdoc/>
    protected sealed override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => SendAsync(request, async: false, cancellationToken).GetAwaiter().GetResult();

    /// <summary>The inner handler's answer; whatever it throws before its first await comes back as a faulted task.</summary>
    private protected Task<HttpResponseMessage> SendInnerAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        try
        {
            return async ? base.SendAsync(request, cancellationToken) : Task.FromResult(base.Send(request, cancellationToken));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    /// <summary>One attempt. Its body is read here if no handler further in does that.</summary>
    internal Task<HttpResponseMessage> SendAttemptAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
        => BodyReader is { } reader
            ? reader.ReadAsync(SendInnerAsync(request, async, cancellationToken), async, cancellationToken)
            : SendInnerAsync(request, async, cancellationToken);

    /// <summary>A request that is not sent: a faulted task whose state is its exception, for handlers further out to see without unwrapping it.</summary>
    private protected static Task<HttpResponseMessage> Refuse(ResilienceException refusal)
    {
        var source = new TaskCompletionSource<HttpResponseMessage>(refusal);
        source.SetException(refusal);
        return source.Task;
    }

    private ResilienceHandler[] FindInner()
    {
        List<ResilienceHandler> found = [];
        for (var next = InnerHandler; next is DelegatingHandler handler; next = handler.InnerHandler)
        {
            if (handler is ResilienceHandler ours)
                found.Add(ours);
        }

        return [.. found];
    }
}
