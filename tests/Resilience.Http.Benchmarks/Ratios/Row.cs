namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Two subjects compared, and the bounds of the comparison.</summary>
internal sealed record Row(string What, Subject Ours, Subject Peer)
{
    /// <summary>What both do besides, taken off both.</summary>
    public Subject? Besides { get; init; }

    public double? MaxTimeRatio { get; init; }

    public double? MaxBytesRatio { get; init; }

    public double? MaxBytes { get; init; }

    public IEnumerable<Subject> Subjects => Besides is null ? [Ours, Peer] : [Ours, Peer, Besides];

    public IEnumerable<Figure> Figures
    {
        get
        {
            if (MaxTimeRatio is { } time)
                yield return new(What, "time", TimeOf(Ours), TimeOf(Peer), "ns", Ours.Times.Select(TimeRatio).Median, time);
            if (MaxBytesRatio is { } ratio)
                yield return new(What, "bytes", BytesOf(Ours), BytesOf(Peer), "B", BytesOf(Ours) / BytesOf(Peer), ratio);
            if (MaxBytes is { } bytes)
                yield return new(What, "bytes", BytesOf(Ours), null, "B", BytesOf(Ours), bytes);
        }
    }

    private double TimeOf(Subject subject) => subject.Times.Select((time, round) => time - (Besides?.Times[round] ?? 0)).Median;

    // Of one round's figures, which share what else the machine did meanwhile.
    private double TimeRatio(double ours, int round)
    {
        var besides = Besides?.Times[round] ?? 0;
        return (ours - besides) / (Peer.Times[round] - besides);
    }

    private double BytesOf(Subject subject) => Math.Round(subject.Bytes - (Besides?.Bytes ?? 0));
}
