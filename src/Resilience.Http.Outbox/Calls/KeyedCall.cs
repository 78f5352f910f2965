namespace Resilience.Http;

/// <summary>A caller's call that has a key.</summary>
/// <param name="Request">The request.</param>
/// <param name="Key">Its key.</param>
/// <param name="Deadline">By when it must have ended.</param>
/// <param name="SendAsync">Makes it.</param>
/// <param name="CancellationToken">The caller's, or cancelled at the deadline.</param>
internal sealed record KeyedCall(HttpRequestMessage Request, string Key, Deadline Deadline, Func<Task<HttpResponseMessage>> SendAsync, CancellationToken CancellationToken)
{
    private readonly HttpMethod _method = Request.Method;

    /// <summary>How many attempts the server may have acted on.</summary>
    public int Sent => OutboxSettings.Of(Request)?.Sent ?? 0;

    /// <summary>What is known of it where nobody has judged it.</summary>
    public Verdict Unjudged => OutboxSettings.Of(Request) is { HasFailedUnstored: true } ? Verdicts.FailedUnstored : default;

    public string? OrderingKey => OutboxSettings.Of(Request)?.OrderingKey;

    /// <summary>How long it takes at most, with a margin; a caller that has set no time is not waited for for ever.</summary>
    public TimeSpan Left(OutboxClient client) => (Deadline.IsKnown ? Deadline.Left(client.Time.GetTimestamp()) : client.Options.CallTimeout) + client.Options.LeaseMargin;

    /// <summary>Whether the caller has given up, rather than its deadline having come.</summary>
    public bool IsGivenUp(TimeProvider time) => CancellationToken.IsCancellationRequested && !Deadline.IsOver(time.GetTimestamp());

    /// <summary>Makes the call and judges what it came to. The caller's own cancellation comes back as it is.</summary>
    public async Task<(HttpResponseMessage? Response, TryOutcome Tried)> TryAsync(OutboxClient client, bool wasTriedBefore)
    {
        HttpResponseMessage response;
        try
        {
            response = await SendOnceAsync(client).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !IsGivenUp(client.Time))
        {
            return (null, TryOutcome.Of(e, OutboxSettings.Of(Request), wasReplaced: Request.Method != _method));
        }

        return (response, await TryOutcome.OfAsync(response, Request, _method, OutboxSettings.For(Request), client, wasTriedBefore).ConfigureAwait(false));
    }

    // Whatever a handler leaves behind counts if it has left by then, and else does not leave: nobody would know of it.
    private async Task<HttpResponseMessage> SendOnceAsync(OutboxClient client)
    {
        var settings = OutboxSettings.For(Request);
        settings.Open();
        settings.Enter(Request, client, Key);
        try
        {
            return await SendAsync().ConfigureAwait(false);
        }
        finally
        {
            settings.Close();
        }
    }
}
