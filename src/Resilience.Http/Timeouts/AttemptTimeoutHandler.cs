namespace Resilience.Http;

/// <summary>
/// Ends an attempt that takes too long with an <see cref="AttemptTimeoutException"/>. Stands inside retry and circuit breaker, so that the one
/// repeats and the other counts it. One timer per attempt; none where the request's own timeout comes first.
/// </summary>
public sealed class AttemptTimeoutHandler : PolicyHandler
{
    private readonly ResilientClient _client;
    private readonly Live<AttemptTimeoutOptions> _options;
    private bool _tokenEndsWithTheResponse;
    private volatile bool _isLinked;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">How long an attempt may take.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public AttemptTimeoutHandler(AttemptTimeoutOptions options)
        : this(ResilientClient.ByHand(), Live<AttemptTimeoutOptions>.Fixed(options, new AttemptTimeoutOptionsValidator()))
    {
    }

    internal AttemptTimeoutHandler(ResilientClient client, Live<AttemptTimeoutOptions> options) => (_client, _options) = (client, options);

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (attempt is null or { IsTimed: true })
            return SendAsAttemptAsync(_client, request, async, cancellationToken);
        if (!_isLinked)
            LinkInner();

        var timeout = _options.Value.Timeout;
        // A timeout of the request's own ends the call for certain; the client's may be another's than the one that sends this.
        if (RequestSettings.Of(request) is { Timeout: not null, Deadline: { } deadline } && _client.Time.GetElapsedTime(attempt.Now, deadline) <= timeout)
            return SendInnerAsync(request, async, attempt, cancellationToken);

        return SendInnerAsync(request, async, attempt, attempt.Limit(timeout, _tokenEndsWithTheResponse, cancellationToken));
    }

    private void LinkInner()
    {
        _tokenEndsWithTheResponse = InnerHandler is { } inner && TokenUse.EndsWithTheResponse(inner);
        _isLinked = true;
    }
}
