namespace Resilience.Http;

/// <summary>What callers send themselves under keys that wait in the store: the life of such a key has begun then, however the call has ended. Safe for concurrent use.</summary>
/// <param name="client">Whose keys they are.</param>
internal sealed class SentKeys(OutboxClient client)
{
    // While nothing waits, one look is for all calls of a second.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    // A store that does not answer must not hold up calls that have gone well.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(250);

    private long _quietUntil;
    private int _kept;

    /// <summary>Something was kept, so that something may wait.</summary>
    public void HasKept()
    {
        Interlocked.Increment(ref _kept);
        Volatile.Write(ref _quietUntil, 0);
    }

    /// <summary>A call was sent whose outcome was left to its caller.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="sent">When.</param>
    public Task NoteAsync(string key, Moment sent) => client.Time.GetTimestamp() < Volatile.Read(ref _quietUntil) ? Task.CompletedTask : HoldAsync(NoteNowAsync(key, sent));

    /// <summary>An entry that waits was sent by a caller. A try that is under way tells nothing any more, and the key is sent again; a drain's has its time to end.</summary>
    public async Task AgeAsync(OutboxRow? row, DateTimeOffset sentAt)
    {
        while (row is { State: OutboxState.Waiting } && !(row.FirstSentAt <= sentAt))
        {
            if (row.Holder is OutboxHolder.Drain && row.DueAt > client.Store.Now)
            {
                _ = AgeLaterAsync(row, sentAt);
                return;
            }

            var older = row with { FirstSentAt = sentAt, Fence = OutboxClient.NewFence() };
            if (await client.Store.TryReplaceAsync(older, row.Fence, CancellationToken.None).ConfigureAwait(false))
                return;
            row = await client.Store.FindAsync(row.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task AgeLaterAsync(OutboxRow row, DateTimeOffset sentAt)
    {
        try
        {
            await Task.Delay(LookEvery, client.Time).ConfigureAwait(false);
            await AgeAsync(await client.Store.FindAsync(row.Id, CancellationToken.None).ConfigureAwait(false), sentAt).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            client.Telemetry.NotNoted(row, e);
        }
    }

    private async Task HoldAsync(Task noting) => await noting.WaitAsync(LongestHold, client.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task NoteNowAsync(string key, Moment sent)
    {
        var (kept, asked) = (Volatile.Read(ref _kept), client.Time.GetTimestamp());
        try
        {
            await client.WithinMarginAsync(client.OpenAsync(CancellationToken.None)).ConfigureAwait(false);
            if (await FindAsync(key).ConfigureAwait(false) is { } row)
                await AgeAsync(row, client.Store.Now - client.PassedSince(sent)).ConfigureAwait(false);
            else if (await FindAsync(null).ConfigureAwait(false) is null && kept == Volatile.Read(ref _kept))
                BeQuiet(asked, LookEvery);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            client.Telemetry.NotLookedUp(e);
            BeQuiet(client.Time.GetTimestamp(), PauseAfterFailure);
        }
    }

    private Task<OutboxRow?> FindAsync(string? key) => client.WithinMarginAsync(client.Store.FindWaitingAsync(client.Name, key, CancellationToken.None));

    private void BeQuiet(long since, TimeSpan time) => Volatile.Write(ref _quietUntil, since + (long)(time.TotalSeconds * client.Time.TimestampFrequency));
}
