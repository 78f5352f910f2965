namespace Resilience.Http;

/// <summary>What all buckets of a client share: its current options, the pace that follows from them, its clock, and the limits that they take of together.</summary>
internal class Pacing
{
    private readonly Live<TokenBucketOptions> _options;
    private readonly Dictionary<string, FurtherLimit> _shared;
    private Pace? _pace;

    public Pacing(Live<TokenBucketOptions> options, TimeProvider time)
        => (_options, Time, _shared, Changes) = (options, time, new(StringComparer.OrdinalIgnoreCase), new());

    protected Pacing(Pacing client)
        => (_options, Time, _shared, Changes) = (client._options, client.Time, client._shared, client.Changes);

    public TimeProvider Time { get; }

    /// <summary>Held while a bucket changes its pace, which is rare, or takes of several limits: one lock is enough for all buckets.</summary>
    public Lock Changes { get; }

    /// <summary>The same object until the options are replaced.</summary>
    public virtual Pace Current => _pace is { } pace && ReferenceEquals(pace.Options, _options.Value) ? pace : Renew(_pace);

    /// <summary>The longest time in which those who wait need not look whether the pace has changed.</summary>
    public virtual TimeSpan LongestWait => TimeSpan.FromMilliseconds(int.MaxValue);

    public long Ticks(TimeSpan duration) => Math.Min(Time.ToTimestampUnits(duration), Pace.Longest);

    public TimeSpan Span(long ticks) => Time.GetElapsedTime(0, Math.Max(ticks, 0));

    /// <summary>That of one partition.</summary>
    public Pacing Of(in PartitionKey key, QuotaSource? source) => source is null ? this : new PartitionPacing(this, source, key.ToString());

    /// <summary>The limit of this name that all buckets take of. To be called under <see cref="Changes"/>.</summary>
    public FurtherLimit ShareOf(LimitPace limit, long now)
    {
        if (!_shared.TryGetValue(limit.Name, out var shared))
            return _shared[limit.Name] = new(limit);

        shared.Adopt(limit, now);
        return shared;
    }

    private Pace Renew(Pace? outdated)
    {
        Interlocked.CompareExchange(ref _pace, new Pace(_options.Value, Time.TimestampFrequency), outdated);
        return _pace!;
    }
}
