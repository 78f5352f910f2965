namespace Resilience.Http;

/// <summary>
/// Ends an attempt that takes too long with an <see cref="AttemptTimeoutException"/>. Stands inside retry and circuit breaker, so that the one
/// repeats and the other counts it. One timer per attempt; none where the request's own timeout comes first.
/// </summary>
public sealed class AttemptTimeoutHandler : ResilienceHandler
{
    private readonly ResilientClient _client;
    private readonly Live<AttemptTimeoutOptions> _options;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">How long an attempt may take.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public AttemptTimeoutHandler(AttemptTimeoutOptions options)
        : this(ResilientClient.ByHand(), Live<AttemptTimeoutOptions>.Fixed(options, new AttemptTimeoutOptionsValidator()))
    {
    }

    internal AttemptTimeoutHandler(ResilientClient client, Live<AttemptTimeoutOptions> options) => (_client, _options) = (client, options);

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var timeout = _options.Value.Timeout;
        // A timeout of the request's own ends the call for certain; the client's may be another's than the one that sends this.
        var isLast = RequestSettings.Of(request) is { Timeout: not null, Deadline: { } deadline }
            && _client.Time.GetElapsedTime(_client.Time.GetTimestamp(), deadline) <= timeout;
        return isLast && BodyReader is null
            ? SendInnerAsync(request, async, cancellationToken)
            : SendWithinAsync(request, LinkedTimer.Start(isLast ? Timeout.InfiniteTimeSpan : timeout, _client.Time, cancellationToken), async);
    }

    private async Task<HttpResponseMessage> SendWithinAsync(HttpRequestMessage request, LinkedTimer timer, bool async)
    {
        try
        {
            var response = await SendInnerAsync(request, async, timer.Token).ConfigureAwait(false);
            return BodyReader?.ShouldRead(response) is true
                ? await ResponseBodyReader.LoadAsync(response, async, timer.Token).ConfigureAwait(false)
                : response;
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw new AttemptTimeoutException(_client.Name, timer.Due, e);
        }
        catch (OperationCanceledException e) when (timer.Caller.IsCancellationRequested && e.CancellationToken != timer.Caller)
        {
            throw new OperationCanceledException(e.Message, e, timer.Caller);
        }
        finally
        {
            timer.Dispose();
        }
    }
}
