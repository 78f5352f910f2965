namespace Resilience.Http;

/// <summary>Keeps calls that have failed for a reason that may pass.</summary>
internal sealed class FailedCalls(OutboxClient client)
{
    public async Task<HttpResponseMessage> SendAsync(KeyedCall call)
    {
        var startedAt = client.Store.Now;
        var (content, obstacle) = await ReadAsync(call).ConfigureAwait(false);
        var (response, tried) = await call.TryAsync(client, wasTriedBefore: false).ConfigureAwait(false);
        var verdict = Verdicts.Of(tried, client.Profile, wasTriedBefore: call.Sent > 1, isDrained: false);
        if (!client.KeepsAfter(verdict))
            return Replies.Original(response, tried);

        var row = content is null ? null : await KeepAsync(call, content, verdict, tried.MayHaveBeenProcessed ? startedAt : null).ConfigureAwait(false);
        if (row is null)
        {
            if (obstacle is not null)
                client.Telemetry.NotKept(obstacle);
            return Replies.Original(response, tried);
        }

        response?.Dispose();
        return Replies.Kept(client, call.Request, row, verdict.Reason, tried.Exception);
    }

    private async Task<OutboxRow?> KeepAsync(KeyedCall call, EntryContent content, Verdict verdict, DateTimeOffset? sentAt)
    {
        try
        {
            var now = client.Store.Now;
            // As it was written: a redirect may have led the request elsewhere.
            var row = client.NewRow(content, new(content.Head.Address), call.Key, call.OrderingKey) with { Tries = 1, FirstSentAt = sentAt };
            row = await client.AddAsync(row.Waits(now + client.WaitAfter(1, verdict.Wait), verdict.Reason, verdict.Doubt), content, null, CancellationToken.None).ConfigureAwait(false);
            client.Telemetry.Kept(verdict.Reason);
            return row;
        }
        catch (Exception e) when (e is OutboxUnavailableException or OutboxKeyReusedException or ObjectDisposedException)
        {
            client.Telemetry.NotKept(e);
            return null;
        }
    }

    // Before it is sent: afterwards a body may be gone, and handlers have changed the headers.
    private async Task<(EntryContent? Content, Exception? Obstacle)> ReadAsync(KeyedCall call)
    {
        try
        {
            return (await RequestReader.ReadAsync(call.Request, client.AddressOf(call.Request), client.Options, call.CancellationToken).ConfigureAwait(false), null);
        }
        catch (OutboxUnavailableException e)
        {
            return (null, e);
        }
    }
}
