namespace Resilience.Http;

/// <summary>
/// The base of the handler of every policy. One method serves <see cref="HttpClient.SendAsync(HttpRequestMessage)"/> and
/// <see cref="HttpClient.Send(HttpRequestMessage)"/>, so that neither can bypass it. A policy inside retry takes part in attempts: it may
/// join one and is called when it has ended, without awaiting it. Handlers keep no state and are safe for concurrent use.
/// </summary>
// In one piece: half of it is documentation for whoever writes a policy, and the path of a request through a handler is only understood as a whole.
public abstract class PolicyHandler : DelegatingHandler
{
    private readonly bool _takesPartInAttempts;
    private volatile Link? _link;
    private bool _isInside;

    /// <summary>A handler of a client.</summary>
    /// <param name="client">The client; <c>new()</c> for a handler that is used without a container.</param>
    /// <param name="takesPartInAttempts">
    /// Whether the policy stands inside retry, and sees every attempt. If no outer handler has begun an attempt, one is begun for it. False
    /// for a policy outside retry, which sees a call as a whole.
    /// </param>
    protected PolicyHandler(ClientContext client, bool takesPartInAttempts = true)
    {
        ArgumentNullException.ThrowIfNull(client);
        (Client, _takesPartInAttempts) = (client, takesPartInAttempts);
    }

    /// <summary>The client that the handler belongs to.</summary>
    protected ClientContext Client { get; }

    /// <summary>
    /// Whether it may send a request more than once, in turn or at once; the default is false. Then inner policies begin an attempt of their own with
    /// each <c>SendInnerAsync</c>, and this policy's attempt covers all of them.
    /// </summary>
    protected virtual bool MaySendAgain => false;

    /// <summary>Whether an outer retry sees every attempt and notes what the server advised.</summary>
    internal bool IsInsideRetry { get; set; }

    /// <summary>What is known of the idempotency keys that the server honours, where an outer policy writes them.</summary>
    internal Func<KeyRules>? KeyRules { get; set; }

    /// <summary>
    /// Whether it ends every wait of its own by the deadline of the call, as <see cref="WaitAsync"/> does, so that the call needs no timer because of it.
    /// The default is false.
    /// </summary>
    protected internal virtual bool ObeysDeadline => false;

    /// <summary>Whether a handler that finds addresses belongs directly inside it, so that each attempt gets one of its own.</summary>
    internal virtual bool WantsAddressesInside => false;

    /// <summary>The inner policies, outermost first; foreign handlers between them are skipped.</summary>
    private protected IEnumerable<PolicyHandler> InnerPolicies
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

    /// <summary>Whether it, or a policy further in, belongs to the client.</summary>
    internal bool IsOf(ClientContext? client) => Client == client || InnerPolicies.Any(inner => inner.Client == client);

    /// <summary>Sends the request on, rejects it, or answers it.</summary>
    /// <param name="request">The request; <c>SendInnerAsync</c> sends it on.</param>
    /// <param name="attempt">The attempt, or outside retry the call, that it belongs to; valid until <c>SendInnerAsync</c> has completed.</param>
    /// <param name="cancellationToken">Cancelled when the caller gives up or an outer timeout is over.</param>
    /// <returns>The response. Where <see cref="AttemptContext.IsAsync"/> is false the task must have ended when it is returned.</returns>
    protected abstract Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => EnterAsync(request, async: true, cancellationToken);

    /// <inheritdoc/>
    protected sealed override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => BlockingTasks.OutOfContext(() => EnterAsync(request, async: false, cancellationToken)).GetAwaiter().GetResult();

    /// <summary>Sends the request to the inner handler.</summary>
    /// <param name="request">The request.</param>
    /// <param name="attempt">What this handler was given.</param>
    /// <param name="cancellationToken">What this handler was given, or a token that is cancelled earlier.</param>
    /// <returns>The response; an exception that is thrown before the first await comes back as a faulted task.</returns>
    protected Task<HttpResponseMessage> SendInnerAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
        => SendInnerAsync(request, attempt.Attempt, cancellationToken);

    /// <summary>The same for handlers that know the attempt itself.</summary>
    private protected Task<HttpResponseMessage> SendInnerAsync(HttpRequestMessage request, Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            // Outside retry a policy of others may have waited, so that the time that is known is past.
            var link = _link!;
            if (link.Next is null)
                attempt.Leave();
            if (!link.IsPlain && (MaySendAgain || !attempt.IsUnderWay))
                attempt = attempt.Again();
            if (link.Next is { } next)
                return next.ReceiveAsync(request, attempt, cancellationToken) ?? throw NothingFrom(next);

            var async = attempt.IsAsync;
            if (link.LeadsToOurs && attempt.IsUnderWay)
                RequestSettings.For(request).Outer = new(attempt);
            if (!attempt.IsUnderWay)
                attempt.Release();
            return async ? base.SendAsync(request, cancellationToken) ?? throw NothingFrom(link.Inner) : Task.FromResult(base.Send(request, cancellationToken));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    /// <summary>
    /// A request that is not sent. Cheap: nothing is thrown on its way out, and an attempt that has been joined ends as a matter of course.
    /// </summary>
    /// <param name="rejection">Why; what the caller gets.</param>
    /// <returns>A faulted task.</returns>
    protected static Task<HttpResponseMessage> Reject(ResilienceException rejection) => Rejection.Of(rejection);

    /// <summary>Waits before the request is sent on, unless the call would then miss its deadline. The wait is not the server's time.</summary>
    /// <param name="wait">How long; nothing is waited for zero or less.</param>
    /// <param name="attempt">What this handler was given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False, at once, if the wait would end after the deadline of the call. Blocks where the caller does.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    protected async ValueTask<bool> WaitAsync(TimeSpan wait, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var held = attempt.Attempt;
        if (held.Deadline.Left(Client.Time.GetTimestamp()) <= wait)
            return false;
        if (wait <= TimeSpan.Zero)
            return true;

        held.IsWaiting = true;
        await Task.Delay(wait, Client.Time, cancellationToken).BlockUnless(held.IsAsync).ConfigureAwait(false);
        // An outer policy may have answered meanwhile: then it is another call's.
        attempt.Attempt.Resume();
        return true;
    }

    /// <summary>
    /// Waits for something other than time, such as a permit, before the request is sent on. The wait is not the server's time. Whatever is waited for must
    /// end by the deadline of the call.
    /// </summary>
    /// <typeparam name="T">What it brings.</typeparam>
    /// <param name="waiting">What is waited for; it must end by itself, also while a caller of <see cref="HttpClient.Send(HttpRequestMessage)"/> blocks.</param>
    /// <param name="attempt">What this handler was given.</param>
    /// <returns>What it brought. Blocks where the caller does.</returns>
    protected static async ValueTask<T> WaitForAsync<T>(Task<T> waiting, AttemptContext attempt)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        if (waiting.IsCompleted)
            return await waiting.ConfigureAwait(false);

        var held = attempt.Attempt;
        held.IsWaiting = true;
        var result = await waiting.BlockUnless(held.IsAsync).ConfigureAwait(false);
        attempt.Current?.Resume();
        return result;
    }

    /// <summary>Looks at the inner handlers, once they are all in place: before the first request.</summary>
    private protected virtual void Join()
    {
    }

    /// <summary>For a handler that has to see how a request ends which no outer handler awaits as an attempt.</summary>
    private protected Task<HttpResponseMessage> SendAsAttemptAsync(HttpRequestMessage request, Attempt call, CancellationToken cancellationToken)
    {
        var attempt = call.Begin(Client, Math.Max(call.Settings?.Attempts ?? 0, 1), cancellationToken);
        attempt.Prepare(limit: 0);
        Task<HttpResponseMessage> sent;
        try
        {
            sent = SendAsync(request, new AttemptContext(attempt), cancellationToken) ?? throw NothingFrom(this);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            sent = Task.FromException<HttpResponseMessage>(e);
        }

        return attempt.FinishAsync(sent);
    }

    // From a foreign handler, or from whatever sends the request.
    private Task<HttpResponseMessage> EnterAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        if (!_isInside && ResendCount.IsUnderWay)
            return EnterApartAsync(request, async, cancellationToken);

        var attempt = Attempt.Of(Client, request, async);
        return _isInside ? ReceiveAsync(request, attempt, cancellationToken) : BeginCallAsync(request, attempt, cancellationToken);
    }

    private Task<HttpResponseMessage> BeginCallAsync(HttpRequestMessage request, Attempt attempt, CancellationToken cancellationToken)
    {
        attempt.BeginCall(this);
        var call = ReceiveAsync(request, attempt, cancellationToken);
        if (SentMessage.MayBeSentAgain(request))
            RequestSettings.Of(request)?.NoteCall(call, this);
        return call;
    }

    // A call within an attempt of another call, whose number is none of its own. It is there again afterwards, as the context of an async method ends with it.
    private async Task<HttpResponseMessage> EnterApartAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        ResendCount.Clear();
        return await EnterAsync(request, async, cancellationToken).ConfigureAwait(false);
    }

    // From this or the handler before it.
    private Task<HttpResponseMessage> ReceiveAsync(HttpRequestMessage request, Attempt attempt, CancellationToken cancellationToken)
    {
        if (_link is not { } link || !ReferenceEquals(link.Inner, InnerHandler))
            LinkInner();

        return _takesPartInAttempts && !attempt.IsUnderWay
            ? SendAsAttemptAsync(request, attempt, cancellationToken)
            : SendAsync(request, new AttemptContext(attempt), cancellationToken);
    }

    // As mocks do that nobody has told what to return.
    private static InvalidOperationException NothingFrom(HttpMessageHandler handler) => new($"{handler.GetType().Name} returned null instead of a task.");

    private void LinkInner()
    {
        var inner = InnerHandler ?? throw new InvalidOperationException($"{GetType().Name} has no inner handler; set its InnerHandler, a SocketsHttpHandler for example, before a request is sent.");
        // A timestamp of one clock, of a deadline for example, says nothing on another.
        if (InnerPolicies.FirstOrDefault(policy => policy.Client.Time != Client.Time) is { } other)
            throw new InvalidOperationException($"{GetType().Name} and {other.GetType().Name} are on different clocks; give both the same ClientContext.Time.");
        Join();
        foreach (var policy in InnerPolicies)
            policy._isInside = true;
        _link = new(inner, inner as PolicyHandler, IsPlain: ObeysDeadline && !MaySendAgain, LeadsToOurs: InnerPolicies.Any());
    }

    private sealed record Link(HttpMessageHandler Inner, PolicyHandler? Next, bool IsPlain, bool LeadsToOurs);
}
