namespace Resilience.Http;

/// <summary>What callers send themselves under keys that wait in the store: the life of such a key has begun then, however the call has ended. Safe for concurrent use.</summary>
internal sealed class SentKeys
{
    // While nothing waits, one look is for all calls of a second.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    // What is kept within a transaction cannot be seen until its commit, of which nobody hears.
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromMinutes(1);

    // A store that does not answer must not hold up calls that have gone well.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(250);

    private static readonly Task<TakenRow?> NothingTaken = Task.FromResult<TakenRow?>(null);

    private readonly OutboxClient _client;
    private readonly UnnotedKeys _unnoted;
    private readonly KeysUnderWay _underWay = new();
    private long _quietUntil;
    private long _unseenUntil;
    private long _failsUntil;
    private int _kept;

    /// <param name="client">Whose keys they are.</param>
    public SentKeys(OutboxClient client) => (_client, _unnoted) = (client, new(client, TryNoteAsync));

    private bool IsQuiet => Now is var now && now < Volatile.Read(ref _quietUntil) && now >= Volatile.Read(ref _unseenUntil);

    private bool Fails => Now < Volatile.Read(ref _failsUntil);

    private long Now => _client.Time.GetTimestamp();

    /// <summary>Something was kept, so that something may wait.</summary>
    /// <param name="isCommitted">Whether everybody sees it.</param>
    public void HasKept(bool isCommitted)
    {
        if (!isCommitted)
            Volatile.Write(ref _unseenUntil, After(Now, LongestTransaction));
        Interlocked.Increment(ref _kept);
        Volatile.Write(ref _quietUntil, 0);
    }

    /// <summary>A caller begins to send its call.</summary>
    /// <returns>To be disposed when that has ended, and is noted.</returns>
    public IDisposable Begin(KeyedCall call) => _underWay.Begin(call.Key, After(Now, call.Left(_client)));

    /// <summary>Whether a caller is sending a call with this key.</summary>
    public bool IsUnderWay(string key) => _underWay.Has(key, Now);

    /// <summary>
    /// A call is about to be sent. An entry that waits under its key, and that nobody holds, is its caller's until then: noted before the call leaves, and counts as sent even if the process is killed
    /// in the middle.
    /// </summary>
    public Task<TakenRow?> TakeAsync(KeyedCall call) => IsQuiet || Fails ? NothingTaken : TakeNowAsync(call);

    /// <summary>The call has ended.</summary>
    /// <param name="taking">What was to be taken for it.</param>
    /// <param name="sent">How many attempts the server may have acted on.</param>
    /// <param name="verdict">What is known of it.</param>
    /// <param name="tried">What it came to; null if its caller has given up.</param>
    /// <returns>Whether there was an entry, so that this is noted.</returns>
    public async Task<bool> GiveBackAsync(Task<TakenRow?> taking, int sent, Verdict verdict = default, TryOutcome? tried = null)
    {
        var hasAnswered = taking.IsCompletedSuccessfully;
        if (hasAnswered && await taking.ConfigureAwait(false) is null)
            return false;

        var giving = _client.GiveBackAsync(taking, sent, verdict, tried);
        if (hasAnswered)
            await HoldAsync(giving).ConfigureAwait(false);
        return hasAnswered;
    }

    /// <summary>A call was sent whose outcome was left to its caller.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="sent">When.</param>
    /// <param name="verdict">What is known of it.</param>
    public Task NoteAsync(string key, Moment sent, Verdict verdict = default)
    {
        if (IsQuiet)
            return Task.CompletedTask;
        if (!Fails)
            return HoldAsync(NoteNowAsync(key, sent, verdict));

        _unnoted.Add(key, sent, verdict);
        return Task.CompletedTask;
    }

    /// <summary>Waits for the store, though not for long.</summary>
    public async Task HoldAsync(Task asked) => await asked.WaitAsync(LongestHold, _client.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>An entry that waits was sent by a caller. A try that is under way tells nothing any more, and the key is sent again; a drain's has its time to end.</summary>
    public async Task AgeAsync(OutboxRow row, Moment sent, Verdict verdict)
    {
        if (!await _client.TryAgeAsync(row, sent, verdict).ConfigureAwait(false))
            _unnoted.Add(row.Key, sent, verdict);
    }

    private async Task<TakenRow?> TakeNowAsync(KeyedCall call)
    {
        try
        {
            return await LookAsync(call.Key).ConfigureAwait(false) is { } row ? await _client.TryTakeAsync(call, row).ConfigureAwait(false) : null;
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            Failed(e);
            return null;
        }
    }

    private async Task NoteNowAsync(string key, Moment sent, Verdict verdict)
    {
        try
        {
            if (!await TryNoteAsync(key, sent, verdict).ConfigureAwait(false))
                _unnoted.Add(key, sent, verdict);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            Failed(e);
            _unnoted.Add(key, sent, verdict);
        }
    }

    private async Task<bool> TryNoteAsync(string key, Moment sent, Verdict verdict)
        => await LookAsync(key).ConfigureAwait(false) is not { } row || await _client.TryAgeAsync(row, sent, verdict).ConfigureAwait(false);

    private async Task<OutboxRow?> LookAsync(string key)
    {
        var (kept, asked) = (Volatile.Read(ref _kept), Now);
        await _client.WithinMarginAsync(_client.OpenAsync(CancellationToken.None)).ConfigureAwait(false);
        var row = await FindAsync(key).ConfigureAwait(false);
        if (row is null && await FindAsync(null).ConfigureAwait(false) is null && kept == Volatile.Read(ref _kept))
            Volatile.Write(ref _quietUntil, After(asked, LookEvery));
        Volatile.Write(ref _failsUntil, 0);
        return row;
    }

    private Task<OutboxRow?> FindAsync(string? key) => _client.WithinMarginAsync(_client.Store.FindWaitingAsync(_client.Name, key, CancellationToken.None));

    private void Failed(Exception e)
    {
        _client.Telemetry.NotLookedUp(e);
        Volatile.Write(ref _failsUntil, After(Now, PauseAfterFailure));
    }

    private long After(long since, TimeSpan time) => since + (long)(time.TotalSeconds * _client.Time.TimestampFrequency);
}
