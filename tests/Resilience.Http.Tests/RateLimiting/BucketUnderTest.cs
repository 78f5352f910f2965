
namespace Resilience.Http.Tests;

/// <summary>A bucket on a clock under control: ten permits a second unless told otherwise.</summary>
internal sealed class BucketUnderTest
{
    private readonly Live<TokenBucketOptions> _options;

    public BucketUnderTest(double rate = 10, int burst = 1, int queueLimit = 1000)
    {
        _options = new(new() { PermitsPerSecond = rate, Burst = burst, QueueLimit = queueLimit });
        Bucket = new(default, new(_options, Clock), -Pace.Longest);
    }

    public VirtualClock Clock { get; } = new();

    public ServerGate Bucket { get; }

    public long Now => Clock.GetTimestamp();

    public bool Take(int permits = 1) => Bucket.TryTake(Now, permits);

    /// <summary>How many permits can be had at once.</summary>
    public int TakeAll()
    {
        var taken = 0;
        while (Take())
            taken++;
        return taken;
    }

    public Task<Admission> WaitAsync(int permits = 1, double within = double.PositiveInfinity)
    {
        var deadline = double.IsFinite(within) ? Now + TimeSpan.FromSeconds(within).Ticks : long.MaxValue;
        return Bucket.TakeAsync(Now, new(permits), deadline, TestContext.Current.CancellationToken);
    }

    public Task<Admission> WaitUnlessAsync(CancellationToken gone, int permits = 1)
        => Bucket.TakeAsync(Now, new(permits), long.MaxValue, gone);

    public void Advance(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public void Pause(double seconds) => Bucket.Pause(Now + TimeSpan.FromSeconds(seconds).Ticks);

    public void Reload(double rate, int? burst = null)
        => _options.Replace(new() { PermitsPerSecond = rate, Burst = burst });
}
