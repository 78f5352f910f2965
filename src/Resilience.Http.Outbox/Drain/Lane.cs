namespace Resilience.Http;

/// <summary>The calls under way to one destination. What is slow or dead holds up nobody but itself.</summary>
internal sealed class Lane(OutboxClient client, OutboxDestination destination, Action onRoom, CancellationToken abort)
{
    private readonly Courier _courier = new(client, abort);
    private readonly Teller _teller = new(client, abort);
    private readonly Lock _lock = new();
    private int _underWay;
    private int _told;
    private int _width = 1;
    private DateTimeOffset _heldUntil;
    private TaskCompletionSource? _empty;
    private Task<int> _claiming = Task.FromResult(0);

    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _underWay + _told == 0 && _claiming.IsCompleted;
        }
    }

    /// <summary>Whether it waits for its destination.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_lock)
                return _heldUntil > client.Store.Now;
        }
    }

    private int Room
    {
        get
        {
            lock (_lock)
                return _heldUntil > client.Store.Now || _underWay > _width / 2 ? 0 : _width - _underWay;
        }
    }

    /// <summary>Claims what there is room for, and begins it. A store that hangs here holds up no other destinations; what it gives in the end is begun then.</summary>
    /// <returns>How many calls it has begun.</returns>
    public async Task<int> FillAsync()
    {
        if (!_claiming.IsCompleted || Room is not (> 0 and var room))
            return 0;

        _claiming = ClaimAsync(room);
        return await client.WithinMarginAsync(_claiming).ConfigureAwait(false);
    }

    /// <summary>When nothing is under way any more.</summary>
    public async Task EndAsync()
    {
        await ((Task)_claiming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task ended;
        lock (_lock)
            ended = _underWay + _told == 0 ? Task.CompletedTask : (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        await ended.ConfigureAwait(false);
    }

    private async Task<int> ClaimAsync(int room)
    {
        // Before the store is asked: the machine may sleep while the answer is on its way.
        var asked = client.Moment;
        // Not until the host stops, but until it waits no longer: a claim that nobody waits for may be committed, and what nobody has sent would count as sent.
        var rows = await client.Store.ClaimAsync(new(destination.Client, destination.Name, room, client.Lease, !client.Options.SkipDeadLetters), abort).ConfigureAwait(false);
        lock (_lock)
            _underWay += rows.Count;
        foreach (var row in rows)
            _ = DeliverAsync(row, asked);
        return rows.Count;
    }

    private async Task DeliverAsync(OutboxRow row, Moment asked)
    {
        await Task.Yield();
        (Verdict Verdict, OutboxRow? ToTell) ended = (new(VerdictKind.Again, string.Empty), null);
        try
        {
            try
            {
                ended = await _courier.DeliverAsync(row, asked).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Its lease ends by itself.
                client.Telemetry.NotNoted(row, e);
            }
            finally
            {
                // Others take its place meanwhile: whoever is told may be slow. And whatever was thrown, a logger's failure too, must not keep the place.
                await NoteAsync(ended.Verdict).ConfigureAwait(false);
            }

            if (ended.ToTell is { } told)
                await _teller.TellAsync(told).ConfigureAwait(false);
        }
        finally
        {
            LetGo();
        }
    }

    private void LetGo()
    {
        TaskCompletionSource? ended = null;
        lock (_lock)
        {
            if (--_told + _underWay == 0)
                (ended, _empty) = (_empty, null);
        }

        ended?.TrySetResult();
    }

    private async Task NoteAsync(Verdict verdict)
    {
        bool hasRoom;
        var until = client.Store.Now + (verdict.Wait ?? client.Options.BaseDelay);
        lock (_lock)
        {
            (_underWay, _told) = (_underWay - 1, _told + 1);
            // After a hold one goes ahead; then ever more, as long as all goes well.
            _width = verdict.HoldsDestination ? 1 : verdict.Kind is VerdictKind.Done or VerdictKind.Declined ? Math.Min(_width * 2, client.Options.MaxConcurrency) : _width;
            if (verdict.HoldsDestination && until > _heldUntil)
                _heldUntil = until;
            hasRoom = _underWay <= _width / 2;
        }

        // What its own circuit or limits say holds this process: others may be well.
        if (verdict is { HoldsDestination: true, IsOwn: false, Wait: not null })
            await PauseAsync(until).ConfigureAwait(false);
        else if (hasRoom)
            onRoom();
    }

    private async Task PauseAsync(DateTimeOffset until)
    {
        try
        {
            await client.WithinMarginAsync(client.Store.PauseAsync(destination, until, CancellationToken.None)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OutboxUnavailableException or ObjectDisposedException)
        {
            client.Telemetry.DrainFailed(e);
        }
    }
}
