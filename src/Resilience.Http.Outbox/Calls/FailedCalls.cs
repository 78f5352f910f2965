using System.Net.Http.Json;

namespace Resilience.Http;

/// <summary>Keeps calls that have failed for a reason that may pass.</summary>
internal sealed class FailedCalls(OutboxClient client)
{
    private static readonly Verdict UnderAnotherKey = new(VerdictKind.Again, "it is made under another key, as the server has used up its own");

    public async Task<HttpResponseMessage> SendAsync(KeyedCall call)
    {
        var started = client.Moment;
        var (content, obstacle) = await ReadAsync(call).ConfigureAwait(false);
        OutboxSettings.For(call.Request).IsTooLate = client.HasPassed(client.KeyLife.Left(firstSentAt: null, now: default));
        using var underWay = client.SentKeys.Begin(call);
        var taking = client.SentKeys.TakeAsync(call);
        await client.SentKeys.HoldAsync(taking).ConfigureAwait(false);
        if (content is not null && taking.IsCompletedSuccessfully && await taking.ConfigureAwait(false) is { Row.SentKey: not null }
            && await KeepAsync(call, content, UnderAnotherKey, started: null, response: null).ConfigureAwait(false) is { } other)
            return Replies.Kept(client, call.Request, other, UnderAnotherKey.Reason, tried: null);

        var (response, tried) = await TryAsync(call, taking, started).ConfigureAwait(false);
        var verdict = Verdicts.Of(tried, client, wasTriedBefore: call.Sent > 1, isDrained: false);
        var keeps = client.KeepsAfter(verdict);
        Moment? sent = tried.MayHaveBeenProcessed ? started : null;
        var isNoted = await client.SentKeys.GiveBackAsync(taking, call.Sent, verdict, tried).ConfigureAwait(false);
        var row = keeps && content is not null ? await KeepAsync(call, content, verdict, sent, response).ConfigureAwait(false) : null;
        if (row is null)
        {
            if (sent is { } then && !isNoted)
                await client.SentKeys.NoteAsync(call.Key, then, verdict).ConfigureAwait(false);
            if (keeps && obstacle is not null)
                client.Telemetry.NotKept(obstacle);
            return Replies.Original(response, tried);
        }

        response?.Dispose();
        return Replies.Kept(client, call.Request, row, verdict.Reason, tried);
    }

    private async Task<(HttpResponseMessage? Response, TryOutcome Tried)> TryAsync(KeyedCall call, Task<TakenRow?> taking, Moment started)
    {
        try
        {
            return await call.TryAsync(client, wasTriedBefore: false).ConfigureAwait(false);
        }
        // Whatever comes this far comes to a caller that has given up.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!await client.SentKeys.GiveBackAsync(taking, call.Sent, call.Unjudged).ConfigureAwait(false) && call.Sent > 0)
                await client.SentKeys.NoteAsync(call.Key, started, call.Unjudged).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<OutboxRow?> KeepAsync(KeyedCall call, EntryContent content, Verdict verdict, Moment? started, HttpResponseMessage? response)
    {
        var keeping = AddAsync(call, content, verdict, started);
        try
        {
            var kept = (await client.WithinMarginAsync(keeping).ConfigureAwait(false)).Row;
            if (kept.State is OutboxState.Dead or OutboxState.Declined or OutboxState.Cancelled)
                throw new OutboxUnavailableException($"Its key was handed in before, and that call is {kept.State}: it is not made again.");
            if (kept.State is OutboxState.Waiting)
                client.Telemetry.Kept(verdict.Reason);
            return kept;
        }
        // Whatever it was, the call has not ended in it.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Telemetry.NotKept(e);
            var isLate = e.InnerException is TimeoutException && !keeping.IsFaulted;
            if (!isLate && e is not OutboxUnavailableException { MayBeKept: true })
                return null;

            // Its caller is told that the call failed. Where that comes to nothing, or is too late, it is sent all the same.
            if (isLate)
                _ = client.TakeBackAsync(keeping, TakeBackAsync);
            response?.Dispose();
            throw new OutboxUnavailableException($"Client '{client.Name}': the call has failed ({verdict.Reason}), and nobody knows whether it is kept, and will be made again: {e.Message} Send it again with its key to find out.", e) { MayBeKept = true };
        }
    }

    // It may be so late that it is due, and is being sent.
    private async Task TakeBackAsync(OutboxRow row)
    {
        if (!await client.Store.TryDeleteAsync(row.Id, row.Fence, CancellationToken.None).ConfigureAwait(false))
            client.Telemetry.Overtaken(row);
    }

    private async Task<KeptRow> AddAsync(KeyedCall call, EntryContent content, Verdict verdict, Moment? started)
    {
        await client.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        var now = client.Store.Now;
        // Not taken from the store's clock at the beginning, which was perhaps not open yet.
        DateTimeOffset? sentAt = started is { } then ? now - client.PassedSince(then) : null;
        // As it was written: a redirect may have led the request elsewhere.
        var row = client.NewRow(content, content.Head.Uri, call.Key, call.OrderingKey) with { Tries = 1, FirstSentAt = sentAt };
        var kept = await client.AddAsync(row.Waits(now + client.WaitAfter(1, verdict.Wait), verdict.Reason, verdict.Doubt), content, null, CancellationToken.None).ConfigureAwait(false);
        if (!kept.IsNew && started is { } sent)
            await client.SentKeys.AgeAsync(kept.Row, sent, verdict).ConfigureAwait(false);
        return kept;
    }

    // Before it is sent: afterwards a body may be gone, and handlers have changed the headers.
    private async Task<(EntryContent? Content, Exception? Obstacle)> ReadAsync(KeyedCall call)
    {
        try
        {
            return (await RequestReader.ReadAsync(call.Request, client.AddressOf(call.Request), client, call.CancellationToken).ConfigureAwait(false), null);
        }
        // A body that was read beyond the limit may be gone: sent now, it would lack its beginning.
        catch (OutboxUnavailableException e) when (e.InnerException is not HttpRequestException || call.Request.Content is JsonContent)
        {
            return (null, e);
        }
    }
}
