namespace Resilience.Http;

/// <summary>Notes what became of an entry whose call its caller has made. A store that hangs holds nobody for long.</summary>
internal sealed class CallersNotes(OutboxClient client)
{
    /// <summary>Removes it, unless it was promised to somebody else.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="tried">The entry as it is otherwise.</param>
    /// <param name="reason">Why.</param>
    /// <returns>Whether that is done; false also if it is not known yet.</returns>
    public Task<bool> ForgetAsync(OutboxRow row, OutboxRow tried, string reason) => NoteAsync(row, async () =>
        await client.Store.TryDeleteAsync(row.Id, row.Fence, CancellationToken.None).ConfigureAwait(false)
        || await client.Store.TryReplaceOwnAsync(Released(tried, reason), row.Fence).ConfigureAwait(false) is not null);

    /// <summary>After a removal of which nobody knows whether it was done, or will be: with another fence it is in vain.</summary>
    /// <returns>Whether the entry is there, and stays.</returns>
    /// <inheritdoc cref="ForgetAsync"/>
    public async Task<bool> IsKeptAsync(OutboxRow row, OutboxRow tried, string reason)
        => await client.Store.TryReplaceOwnAsync(Released(tried, reason), row.Fence).ConfigureAwait(false) is not null
        || await client.Store.FindAsync(row.Id, CancellationToken.None).ConfigureAwait(false) is not null;

    /// <summary>Leaves it to the drain.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="tried">The entry as it is otherwise.</param>
    /// <param name="reason">Why.</param>
    /// <param name="verdict">What is known of the call.</param>
    public Task<bool> ReleaseAsync(OutboxRow row, OutboxRow tried, string reason, Verdict verdict) => ReplaceAsync(Released(tried, reason).Heard(verdict), row);

    /// <summary>Puts a changed entry in its place.</summary>
    /// <param name="changed">The entry as it is to be.</param>
    /// <param name="row">The entry.</param>
    /// <param name="isToTell">Whether observers are told where that is done late: its caller has the receipt by then, and not the answer.</param>
    /// <returns>Whether that is done.</returns>
    public Task<bool> ReplaceAsync(OutboxRow changed, OutboxRow row, bool isToTell = false)
        => NoteAsync(row, async () => await client.Store.TryReplaceOwnAsync(changed, row.Fence).ConfigureAwait(false) is not null, isToTell ? () => HaveToldAsync(changed, row) : null);

    private OutboxRow Released(OutboxRow tried, string reason) => tried.Waits(client.Store.Now + client.WaitAfter(1, null), reason);

    private Task<bool> HaveToldAsync(OutboxRow ended, OutboxRow row)
        => client.Store.TryReplaceAsync(ended with { Fence = OutboxClient.NewFence(), Payload = row.Payload, IsTold = false }, ended.Fence, CancellationToken.None);

    // A caller's lease that was lost changes nothing: whoever claimed it sends the same key. Nor does a store that hangs, which nobody waits for once the lease may be over.
    private async Task<bool> NoteAsync(OutboxRow row, Func<Task<bool>> change, Func<Task>? late = null)
    {
        var changing = change();
        try
        {
            var isNoted = await client.WithinMarginAsync(changing).ConfigureAwait(false);
            if (!isNoted)
                client.Telemetry.Overtaken(row);
            return isNoted;
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            client.Telemetry.NotNoted(row, e);
            _ = AfterAsync(row, changing, late);
            return false;
        }
    }

    private async Task AfterAsync(OutboxRow row, Task<bool> changing, Func<Task>? late)
    {
        try
        {
            if (await changing.ConfigureAwait(false) && late is not null)
                await late().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            client.Telemetry.NotNoted(row, e);
        }
    }
}
