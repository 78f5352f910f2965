namespace Resilience.Http;

/// <summary>
/// Ends a call whose request asks for a timeout of its own, the buffered body included, with a <see cref="TotalTimeoutException"/>. The
/// outermost handler of every resilient client; it only hands on requests that ask for nothing.
/// </summary>
public sealed class TotalTimeoutHandler : PolicyHandler
{
    private readonly ResilientClient _client;

    /// <summary>A handler to be used without a container.</summary>
    public TotalTimeoutHandler()
        : this(ResilientClient.ByHand())
    {
    }

    internal TotalTimeoutHandler(ResilientClient client) => _client = client;

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (RequestSettings.Of(request) is not { } settings)
            return SendInnerAsync(request, async, attempt, cancellationToken);

        // Lost without a word, a key that was set would make the caller believe that the call is safe to repeat.
        if (settings.IdempotencyKey is not null && _client.Chain.Policies.Count > 0 && !_client.Chain.Policies.Contains(IdempotencyKeyOptions.Policy))
            return Task.FromException<HttpResponseMessage>(new InvalidIdempotencyKeyException(_client.Name, "SetIdempotencyKey", "would not be sent: the client has no AddIdempotencyKey"));

        return settings.Timeout is { } timeout
            ? SendWithinAsync(request, settings, timeout, async, cancellationToken)
            : SendInnerAsync(request, async, attempt, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendWithinAsync(
        HttpRequestMessage request, RequestSettings settings, TimeSpan timeout, bool async, CancellationToken cancellationToken)
    {
        var deadline = _client.Time.GetTimestamp() + (long)(timeout.TotalSeconds * _client.Time.TimestampFrequency);
        settings.Deadline = deadline;
        using var timer = LinkedTimer.StartNew(timeout, _client.Time, cancellationToken);
        try
        {
            var response = await SendInnerAsync(request, async, attempt: null, timer.Token).ConfigureAwait(false);
            response.Content = new DeadlineContent(response.Content, deadline, timeout, settings.Report?.Attempts ?? 1, _client);
            return response;
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw new TotalTimeoutException(_client.Name, timeout, e) { Attempts = settings.Report?.Attempts ?? 1 };
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested && e.CancellationToken != cancellationToken)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
