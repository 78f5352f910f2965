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
            foreach (var observer in client.Observers)
                await observer.OnEndedAsync(call, answer, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            client.Telemetry.Undecodable(row, e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Told again once the lease is over.
            client.Telemetry.ObserverFailed(row, e);
            return;
        }

        await client.Store.TryReplaceAsync(row.Told(), row.Fence, CancellationToken.None).ConfigureAwait(false);
    }
}
