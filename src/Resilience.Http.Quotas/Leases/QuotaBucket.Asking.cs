namespace Resilience.Http;

// How it asks the store, and when again.
internal sealed partial class QuotaBucket
{
    private bool IsAwaited => _line.Count > 0 || _leases.Owes;

    private void BeginAsking() => Detached.Run(() => _ = AskAsync());

    private async Task AskAsync()
    {
        for (var isMissing = true; isMissing;)
        {
            var (key, asked, request) = (Key, Now, default(QuotaRequest)!);
            var limits = _quotas.LimitsOf(this, key);
            lock (_lock)
                request = _leases.RequestFor(key, limits, _line.Permits, asked);
            isMissing = Receive(await _quotas.AskAsync(this, request).ConfigureAwait(false), request, asked);
        }
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
