using System.Net;

namespace Resilience.Http;

/// <summary>Keeps calls before they are made. The entry is its caller's own as long as the call is under way.</summary>
internal sealed class WriteAheadCalls(OutboxClient client)
{
    private readonly CallersNotes _notes = new(client);

    public async Task<HttpResponseMessage> SendAsync(KeyedCall call)
    {
        var ((row, isNew, _), asked) = await KeepAsync(call).ConfigureAwait(false);
        if (!isNew)
            return Replies.Kept(client, call.Request, row, "it was handed in before", null);

        client.Leases.Hold(row, asked);
        var isTooOld = client.HasPassed(asked, client.KeyLife.Left(firstSentAt: null, row.KeptAt));
        OutboxSettings.For(call.Request).IsTooLate = () => client.Leases.IsOver(row) || isTooOld();
        try
        {
            var (response, tried) = await TryAsync(call, row).ConfigureAwait(false);
            return await EndAsync(call, row, response, tried).ConfigureAwait(false);
        }
        finally
        {
            client.Leases.Free(row);
        }
    }

    private async Task<(HttpResponseMessage? Response, TryOutcome Tried)> TryAsync(KeyedCall call, OutboxRow row)
    {
        try
        {
            return await call.TryAsync(client, wasTriedBefore: false).ConfigureAwait(false);
        }
        // Whatever comes this far comes to a caller that has given up, and gets no receipt.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await GiveUpAsync(call, row).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<(KeptRow Kept, Moment Asked)> KeepAsync(KeyedCall call)
    {
        var address = client.AddressOf(call.Request);
        var content = await RequestReader.ReadAsync(call.Request, address, client, call.CancellationToken).ConfigureAwait(false);
        await client.OpenAsync(call.CancellationToken).ConfigureAwait(false);
        var (left, asked) = (call.Left(client), client.Moment);
        var row = client.NewRow(content, address, call.Key, call.OrderingKey);
        row = row with { Holder = OutboxHolder.Caller, DueAt = row.KeptAt + left, TryingSince = row.KeptAt, Tries = 1 };
        var adding = client.AddAsync(row, content, null, CancellationToken.None, givenUp: call.CancellationToken);
        try
        {
            return (await adding.WaitAsync(call.CancellationToken).ConfigureAwait(false), asked);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for a store that hangs; what it keeps in the end was never sent.
            _ = client.TakeBackAsync(adding, kept => GiveUpAsync(call, kept));
            throw;
        }
    }

    private async Task<HttpResponseMessage> EndAsync(KeyedCall call, OutboxRow row, HttpResponseMessage? response, TryOutcome tried)
    {
        var verdict = Verdicts.Of(tried, client, wasTriedBefore: call.Sent > 1, isDrained: false);
        var now = client.Store.Now;
        var changed = row.Tried(tried.MayHaveBeenProcessed);
        var reason = verdict.Reason;
        if (!client.KeepsAfter(verdict) && WasRefused(call, tried))
        {
            var forgotten = row.Tried(mayHaveBeenProcessed: false);
            if (await _notes.ForgetAsync(row, forgotten, reason).ConfigureAwait(false) || !await IsStillKeptAsync(row, forgotten, reason, response).ConfigureAwait(false))
                return Replies.Original(response, tried);
            reason = $"{reason}, which could not be noted";
        }
        else if (!client.KeepsAfter(verdict))
        {
            var ended = changed.Ends(verdict.EndState, reason, now, tellUntil: null) with { Status = (int?)tried.Status };
            var noted = _notes.ReplaceAsync(ended, row, isToTell: verdict.Kind is not VerdictKind.Done && client.Services.HasObservers);
            // Not awaited where the server did it: if it is lost, the same key is sent once more. Where it said no, it may say yes the next time.
            if (verdict.Kind is VerdictKind.Done || await noted.ConfigureAwait(false))
                return Replies.Original(response, tried);
            reason = $"{reason}, which could not be noted";
        }
        else
        {
            await _notes.ReplaceAsync(changed.Waits(now + client.WaitAfter(1, verdict.Wait), reason, verdict.Doubt), row).ConfigureAwait(false);
        }

        client.Telemetry.Kept(reason);
        response?.Dispose();
        return Replies.Kept(client, call.Request, row, reason, tried);
    }

    // What was sent has an unknown outcome, and is completed; of the rest nothing is left.
    private async Task GiveUpAsync(KeyedCall call, OutboxRow row)
    {
        const string reason = "the caller gave up";
        if (call.Sent == 0)
            await _notes.ForgetAsync(row, row.Tried(mayHaveBeenProcessed: false), reason).ConfigureAwait(false);
        else
            await _notes.ReleaseAsync(row, row.Tried(mayHaveBeenProcessed: true), reason, call.Unjudged).ConfigureAwait(false);
    }

    // Its removal has failed, or is still to come: it is made sure which, as a receipt of what is removed afterwards would be for nothing.
    private async Task<bool> IsStillKeptAsync(OutboxRow row, OutboxRow forgotten, string reason, HttpResponseMessage? response)
    {
        try
        {
            return await client.WithinMarginAsync(_notes.IsKeptAsync(row, forgotten, reason)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            response?.Dispose();
            throw new OutboxUnavailableException($"Client '{client.Name}': the call has failed ({reason}), and nobody knows whether it is still kept, and will be made again: {e.Message} Send it again with its key to find out.", e) { MayBeKept = true };
        }
    }

    // Whoever mends it hands it in again, with the same key. What a redirect led to says nothing of the server that redirected: that has acted.
    private static bool WasRefused(KeyedCall call, TryOutcome tried)
        => tried.Status is null || tried.IsOfHandler ? call.Sent == 0 : tried is { Status: HttpStatusCode.Unauthorized, WasReplaced: false } && call.Sent <= 1;
}
