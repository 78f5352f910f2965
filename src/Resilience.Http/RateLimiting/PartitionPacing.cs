namespace Resilience.Http;

/// <summary>The pacing of one partition, whose rate is a provider's.</summary>
internal sealed class PartitionPacing : Pacing
{
    // A change is in force within a second, also where those who wait are the only ones to notice it.
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    private readonly Pacing _client;
    private readonly QuotaSource _source;
    private readonly string _partition;
    private volatile Known? _known;

    public PartitionPacing(Pacing client, QuotaSource source, string partition)
        : base(client) => (_client, _source, _partition) = (client, source, partition);

    public override Pace Current
    {
        get
        {
            var (known, ofClient, now) = (_known, _client.Current, Time.GetTimestamp());
            if (known is null || known.Until <= now || known.OfClient != ofClient)
                _known = known = Ask(known, ofClient, now + Ticks(AskEvery));
            return known.Pace;
        }
    }

    public override TimeSpan LongestWait => AskEvery;

    private Known Ask(Known? known, Pace ofClient, long until)
    {
        var answer = _source.Find(_partition, known?.Answer ?? default);
        var pace = answer.Rate is { IsValid: true } rate ? ofClient.Of(rate, Time.TimestampFrequency) : ofClient;
        // The same pace stays the same object: whether it has changed is looked at with every permit.
        var isSame = known is not null && known.OfClient == ofClient && known.Pace.Interval == pace.Interval && known.Pace.Burst == pace.Burst;
        return new(ofClient, isSame ? known!.Pace : pace, answer, until);
    }

    private sealed record Known(Pace OfClient, Pace Pace, QuotaAnswer Answer, long Until);
}
