namespace Resilience.Http;

/// <summary>Takes one claimed entry through its try.</summary>
/// <param name="client">Whose entries they are.</param>
/// <param name="abort">Cancelled when the process cannot wait any longer.</param>
internal sealed class Courier(OutboxClient client, CancellationToken abort)
{
    private DateTimeOffset Now => client.Store.Now;

    /// <param name="row">The entry, claimed.</param>
    /// <param name="asked">When the store was asked for it.</param>
    /// <returns>What it came to, for those behind it; and the entry, if it has ended and somebody has to be told.</returns>
    public async Task<(Verdict Verdict, OutboxRow? ToTell)> DeliverAsync(OutboxRow row, Moment asked)
    {
        EntryContent content;
        try
        {
            content = client.ContentOf(row);
        }
        catch (InvalidDataException e)
        {
            client.Telemetry.Undecodable(row, e);
            return await EndAsync(row, null, row.Tried(mayHaveBeenProcessed: false), new(VerdictKind.Dead, e.Message)).ConfigureAwait(false);
        }
        // Such as a vault for keys that cannot be reached: nothing is known against the entry, and nothing was sent.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Telemetry.Undecodable(row, e);
            return await PutOffAsync(row, row.Reason ?? e.GetType().Name).ConfigureAwait(false);
        }

        HttpClient http;
        try
        {
            http = client.CreateClient();
        }
        // Such as a setting of its own that cannot be read: the request is not at fault.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Telemetry.NotMade(e);
            return await PutOffAsync(row, row.Reason ?? e.GetType().Name).ConfigureAwait(false);
        }

        using (http)
            return await DeliverAsync(row, asked, content, http).ConfigureAwait(false);
    }

    private async Task<(Verdict Verdict, OutboxRow? ToTell)> DeliverAsync(OutboxRow row, Moment asked, EntryContent content, HttpClient http)
    {
        if (!client.MayGoTo(content.Head.Uri))
            return await EndAsync(row, content, row.Tried(false), new(VerdictKind.Dead, $"calls may not go to {Authority.Of(content.Head.Uri)}")).ConfigureAwait(false);

        if (client.SentKeys.IsUnderWay(row.SentKey ?? row.Key))
            return await PutOffAsync(row with { Tries = row.Tries - 1 }, row.Reason ?? "a caller is sending it").ConfigureAwait(false);

        // The store's clock may not have heard yet of what has passed since.
        var (here, claimed, now) = (client.Moment, (row.TryingSince ?? row.KeptAt) + client.PassedSince(asked), Now);
        now = claimed > now ? claimed : now;
        var left = client.KeyLifeOn(content.Head.Method).Left(row.FirstSentAt, now);
        var why = row.Doubt is not OutboxDoubt.None ? row.Reason
            : left < TimeSpan.FromMilliseconds(1) ? "the key is too old to be trusted"
            : client.IsKeyWrittenAnew(row, content.Head) ? "the client writes the key in another way than when it was sent"
            : client.MayHaveFailedUnstored(row) ? "an earlier attempt may have failed after the effect, which the server does not store"
            : null;
        return why is not null
            ? await AskAsync(row, content, why).ConfigureAwait(false)
            : await SendAsync(row, content, http, left, client.HasPassed(here, left < row.DueAt - now ? left : row.DueAt - now)).ConfigureAwait(false);
    }

    private async Task<(Verdict Verdict, OutboxRow? ToTell)> SendAsync(OutboxRow row, EntryContent content, HttpClient http, TimeSpan left, Func<bool> isTooLate)
    {
        var delivery = new Delivery(client, row);
        try
        {
            using var request = RequestWriter.Write(row, content, client, left < client.Options.CallTimeout ? left : client.Options.CallTimeout);
            var settings = OutboxSettings.For(request);
            (settings.Delivery, settings.IsTooLate) = (delivery, isTooLate);
            client.Restore(request, new(row, content));
            settings.Enter(request, client, row.SentKey ?? row.Key);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, abort).ConfigureAwait(false);
            delivery.Failed(new HttpRequestException("A handler outside the outbox has answered, so that nothing was sent."));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            delivery.Failed(e);
        }

        var tried = delivery.Tried!;
        var changed = row.Tried(tried.MayHaveBeenProcessed);
        if (abort.IsCancellationRequested && tried.Status is null)
            return await NoteAsync(row, changed.Waits(Now, "the process was stopped"), new(VerdictKind.Again, "the process was stopped")).ConfigureAwait(false);

        var verdict = Verdicts.Of(tried, client, delivery.WasTriedBefore, isDrained: true);
        return verdict.Kind switch
        {
            VerdictKind.Again => await WaitAsync(row, changed, verdict).ConfigureAwait(false),
            // The next claim asks: this one has used up its time. What is not found is sent at once, so the wait that a failing server needs comes before.
            VerdictKind.Ask when client.Services.HasReconciler => await WaitAsync(row, changed, verdict).ConfigureAwait(false),
            VerdictKind.Ask => await NoteAsync(row, changed.Waits(Now, verdict.Reason, verdict.Doubt), verdict).ConfigureAwait(false),
            _ => await EndAsync(row, content, changed with { Status = (int?)tried.Status, Answer = client.SealAnswer(row, delivery.Answer) }, verdict).ConfigureAwait(false),
        };
    }

    private async Task<(Verdict Verdict, OutboxRow? ToTell)> AskAsync(OutboxRow row, EntryContent content, string why)
    {
        var changed = row.Tried(mayHaveBeenProcessed: false);
        if (!client.Services.HasReconciler)
            return await EndAsync(row, content, changed, new(VerdictKind.Dead, $"{why}, and there is no reconciler to ask")).ConfigureAwait(false);

        return await client.FindAtServerAsync(new(row, content), abort).ConfigureAwait(false) switch
        {
            OutboxFinding.Exists => await EndAsync(row, content, changed, new(VerdictKind.Done, "the reconciler found it at the server")).ConfigureAwait(false),
            OutboxFinding.Absent => await NoteAsync(row, (changed with { FirstSentAt = null, SentKey = row.Doubt is OutboxDoubt.Key ? Guid.NewGuid().ToString() : row.SentKey }).Waits(Now, "the reconciler did not find it at the server"), default).ConfigureAwait(false),
            _ => await NoteAsync(row, changed.Waits(Now + client.WaitAfter(row.Tries, null), why, row.Doubt), new(VerdictKind.Again, why)).ConfigureAwait(false),
        };
    }

    private Task<(Verdict Verdict, OutboxRow? ToTell)> PutOffAsync(OutboxRow row, string reason)
        => NoteAsync(row, row.Tried(mayHaveBeenProcessed: false).Waits(Now + client.WaitAfter(row.Tries, null), reason, row.Doubt), new(VerdictKind.Again, reason));

    private Task<(Verdict Verdict, OutboxRow? ToTell)> WaitAsync(OutboxRow row, OutboxRow changed, Verdict verdict)
        => NoteAsync(row, changed.Waits(Now + client.WaitAfter(row.Tries, verdict.Wait), verdict.Reason, verdict.Doubt), verdict);

    private async Task<(Verdict Verdict, OutboxRow? ToTell)> NoteAsync(OutboxRow row, OutboxRow changed, Verdict verdict)
    {
        if (!await client.TryReplaceHeldAsync(changed, row, abort).ConfigureAwait(false))
            client.Telemetry.Overtaken(row);
        return (verdict, null);
    }

    private async Task<(Verdict Verdict, OutboxRow? ToTell)> EndAsync(OutboxRow row, EntryContent? content, OutboxRow changed, Verdict verdict)
    {
        var isToTell = content is not null && client.Services.HasObservers;
        var ended = changed.Ends(verdict.EndState, verdict.Reason, Now, isToTell ? Now + client.Lease : null);
        if (!await client.TryReplaceHeldAsync(ended, row, abort).ConfigureAwait(false))
        {
            client.Telemetry.Overtaken(row);
            return (verdict, null);
        }

        client.Telemetry.Ended(ended);
        return (verdict, isToTell ? ended : null);
    }
}
