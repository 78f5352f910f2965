using System.Threading.RateLimiting;

namespace Payments;

/// <summary>What goes wrong at the provider, and when. It does not stop when somebody is killed.</summary>
internal sealed class Weather : IDisposable
{
    private static readonly TimeSpan OutageAfter = TimeSpan.FromSeconds(12);

    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly TimeSpan _outage;
    private readonly TokenBucketRateLimiter _limit;

    public Weather(Settings settings)
    {
        _random = new(settings.Seed);
        // Longer than a short retention: then keys are forgotten while calls wait.
        _outage = settings.Retention < TimeSpan.FromMinutes(1) ? settings.Retention + TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(4);
        _limit = new(new()
        {
            TokenLimit = settings.Rate,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / settings.Rate),
            QueueLimit = 0,
        });
    }

    public TimeSpan Stall { get; } = TimeSpan.FromSeconds(8);

    public bool IsOutage => TimeProvider.System.GetElapsedTime(_started) is var age && age > OutageAfter && age < OutageAfter + _outage;

    public bool IsAboveRate()
    {
        using var lease = _limit.AttemptAcquire();
        return !lease.IsAcquired;
    }

    public Fault Next() => Draw(100) switch
    {
        < 3 => Fault.FailBefore,
        < 5 => Fault.StoredFailure,
        < 8 => Fault.CommitThenReset,
        < 9 => Fault.StallBefore,
        _ => Fault.None,
    };

    /// <summary>One answer in five is held for 0.2 to 1 s after the commit.</summary>
    public TimeSpan? Hold() => Draw(100) < 20 ? TimeSpan.FromMilliseconds(200 + Draw(800)) : null;

    public void Dispose() => _limit.Dispose();

    private int Draw(int below)
    {
        lock (_lock)
            return _random.Next(below);
    }
}
