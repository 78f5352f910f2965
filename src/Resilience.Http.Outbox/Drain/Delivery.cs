namespace Resilience.Http;

/// <summary>One try of one entry, seen from within the client's chain: outer policies may replace what it came to.</summary>
internal sealed class Delivery(OutboxClient client, OutboxRow row)
{
    public TryOutcome? Tried { get; private set; }

    /// <summary>The answer of the server, if it was final.</summary>
    public ReadOnlyMemory<byte> Answer { get; private set; }

    /// <summary>Whether an earlier try, or an attempt before the last of this one, may have been processed.</summary>
    public bool WasTriedBefore { get; private set; } = row.FirstSentAt is not null;

    /// <summary>For the handler: makes the call and notes what it came to.</summary>
    public async Task<HttpResponseMessage> RunAsync(HttpRequestMessage request, Func<Task<HttpResponseMessage>> send)
    {
        var (method, settings) = (request.Method, OutboxSettings.For(request));
        settings.Sent = 0;
        try
        {
            var response = await send().ConfigureAwait(false);
            Tried = await TryOutcome.OfAsync(response, method, settings.Sent, client.Profile, WasTriedBefore, client.Time).ConfigureAwait(false);
            Answer = await ReadAsync(response).ConfigureAwait(false);
            return response;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Tried ??= TryOutcome.Of(e, settings.Sent, wasReplaced: request.Method != method);
            throw;
        }
        finally
        {
            WasTriedBefore |= settings.Sent > 1;
        }
    }

    /// <summary>It did not get as far as the handler.</summary>
    public void Failed(Exception exception) => Tried ??= TryOutcome.Of(exception, sent: 0);

    // What comes after is nobody's: the status is the answer, the body a part of it if it arrives.
    private async Task<byte[]> ReadAsync(HttpResponseMessage response)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(client.Options.MaxAnswerBytes).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            return EntryAnswer.ToBytes(response.Content.Headers.ContentType?.ToString(), body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return EntryAnswer.ToBytes(null, default);
        }
    }
}
