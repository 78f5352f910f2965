namespace Resilience.Http;

/// <summary>What all buckets of a client share: its current options, the pace that follows from them, its clock.</summary>
internal sealed class Pacing(Live<TokenBucketOptions> options, TimeProvider time)
{
    private Pace? _pace;

    public TimeProvider Time => time;

    /// <summary>Held while a bucket changes its pace, which is rare: one lock is enough for all buckets.</summary>
    public Lock Changes { get; } = new();

    /// <summary>The same object until the options are replaced.</summary>
    public Pace Current => _pace is { } pace && ReferenceEquals(pace.Options, options.Value) ? pace : Renew(_pace);

    public long Ticks(TimeSpan duration) => Math.Min(time.ToTimestampUnits(duration), Pace.Longest);

    public TimeSpan Span(long ticks) => time.GetElapsedTime(0, Math.Max(ticks, 0));

    private Pace Renew(Pace? outdated)
    {
        Interlocked.CompareExchange(ref _pace, new Pace(options.Value, time.TimestampFrequency), outdated);
        return _pace!;
    }
}
