namespace Resilience.Http;

// How it asks the store, when again, and what it gives back.
internal sealed partial class QuotaBucket
{
    private Task _asking = Task.CompletedTask;
    private volatile bool _keepsNothing;

    private long _nextLook;

    private bool IsAwaited => _line.Count > 0 || _leases.Owes;

    /// <summary>Gives back what is not used.</summary>
    /// <param name="isLast">Whether what is left of later leases, which those ask for who still have this bucket, is given back too.</param>
    public async Task ReturnAsync(bool isLast)
    {
        _keepsNothing |= isLast;
        await Volatile.Read(ref _asking).ConfigureAwait(false);
        await GiveAllAsync().ConfigureAwait(false);
    }

    /// <summary>Asks once a second while requests are held up by a pause, and so ask for no permits: it may have been ended for all instances.</summary>
    public void LookAtPauses(long now)
    {
        if (now >= Volatile.Read(ref _nextLook))
        {
            Volatile.Write(ref _nextLook, now + _quotas.Time.TimestampFrequency);
            AskIf(() => _leases.TryBegin(now));
        }
    }

    void IEvictable.OnForgotten() => Detached.Run(() => _ = ReturnAsync(isLast: true));

    private void BeginAsking() => Detached.Run(() => Volatile.Write(ref _asking, AskAsync()));

    private async Task AskAsync()
    {
        for (var isMissing = true; isMissing;)
        {
            var (key, asked, request) = (Key, Now, default(QuotaRequest)!);
            var limits = _quotas.LimitsOf(this, key);
            // Permits belong to the buckets that they were taken from.
            if (!LimitBounds.AreAlike(limits, _leases.Limits))
                _ = GiveAllAsync();
            lock (_lock)
                request = _leases.RequestFor(key, limits, _line.Permits, asked);
            isMissing = Receive(await TryAskAsync(request).ConfigureAwait(false), request, asked);
        }

        if (_keepsNothing)
            await GiveAllAsync().ConfigureAwait(false);
    }

    // A listener, a logger, or a grant of a store of one's own may throw where nobody looks: those who wait would wait for ever.
    private async Task<QuotaGrant?> TryAskAsync(QuotaRequest request)
    {
        try
        {
            return await _quotas.AskAsync(this, request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    // The store is somebody else's code, and so is whoever hears that it is lost.
    private Task GiveAllAsync()
    {
        IReadOnlyList<QuotaLimit> limits;
        long unused;
        lock (_lock)
            (limits, unused) = (_leases.Limits, _leases.TakeAll(Now));
        return _quotas.GiveAsync(Key, limits, unused);
    }

    /// <returns>Whether to ask again at once, for those who have come meanwhile.</returns>
    private bool Receive(QuotaGrant? grant, QuotaRequest request, long asked)
    {
        var now = Now;
        lock (_lock)
        {
            _leases.Receive(grant, request, asked, now);
            _line.Serve(permits => _leases.TryTake(now, permits));
            var asks = _leases.TryBeginFor(_line.Count, now);
            _line.Reject(_leases.FindRejection);
            SetTimer(now);
            return asks;
        }
    }

    private void OnTimer() => AskIf(() =>
    {
        var now = Now;
        var asks = _leases.TryBeginFor(_line.Count, now);
        if (!IsAwaited)
            _timer.Stop();
        SetTimer(now);
        return asks;
    });

    // Who has a debt must not have to come again for the store to hear of it.
    private void SetTimer(long now)
    {
        if (!_leases.IsAsking && IsAwaited)
            _timer.Set(_leases.HoldOff - now);
    }
}
