namespace Resilience.Http;

/// <summary>Tells observers what became of an entry, under its lease, and notes that they were told.</summary>
/// <param name="client">Whose entries they are.</param>
/// <param name="abort">Cancelled when the process cannot wait any longer.</param>
internal sealed class Teller(OutboxClient client, CancellationToken abort)
{
    public async Task TellAsync(OutboxRow row)
    {
        using var timeout = new CancellationTokenSource(client.Options.CallTimeout, client.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        try
        {
            var call = new OutboxCall(row, client.ContentOf(row));
            var answer = row.Answer.IsEmpty && row.Status is null ? null : client.AnswerOf(row);
            var before = client.Told.Of(row);
            // At once: none has less time because of another.
            var told = await Task.WhenAll(client.Services.Observers.Select((observer, i) => i < before.Length && before[i] ? Task.FromResult(true) : TryTellAsync(observer, call, answer, either.Token))).ConfigureAwait(false);
            if (told.Contains(false))
            {
                // Those are told again once the lease is over.
                client.Told.Remember(row, told);
                return;
            }
        }
        catch (InvalidDataException e)
        {
            client.Telemetry.Undecodable(row, e);
        }
        // They, or what they are to be told, cannot be had now: they are told once the lease is over.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Telemetry.ObserverFailed(row, e);
            return;
        }

        client.Told.Forget(row);
        await NoteAsync(row).ConfigureAwait(false);
    }

    private async Task NoteAsync(OutboxRow row)
    {
        try
        {
            await client.TryReplaceHeldAsync(row.Told(), row, abort).ConfigureAwait(false);
        }
        // They are told once more when the lease is over.
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            client.Telemetry.NotNoted(row, e);
        }
    }

    private async Task<bool> TryTellAsync(IOutboxObserver observer, OutboxCall call, OutboxAnswer? answer, CancellationToken cancellationToken)
    {
        try
        {
            await observer.OnEndedAsync(call, answer, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Telemetry.ObserverFailed(call.Entry.Row, e);
            return false;
        }
    }
}
