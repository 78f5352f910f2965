namespace Resilience.Http;

/// <summary>The last advice of each partition of a client, for people to look at; idle ones are forgotten after ten minutes.</summary>
internal sealed class AdviceLog(ClientContext client)
{
    private const int MaxPartitions = 1000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly Partitions<AdviceLogEntry> _partitions = new(key => new(key), client.Time);
    private readonly AdviceTelemetry _telemetry = new(client);

    public IReadOnlyCollection<PartitionAdvice> All => [.. _partitions.All.Select(entry => entry.Last).OfType<PartitionAdvice>()];

    public void Add(Attempt attempt, ServerAdvice advice, string outcome)
    {
        var entry = _partitions.Get(PartitionKey.Of(attempt, partitionBy: null), client.Time.GetTimestamp(), MaxPartitions, Idle);
        entry.Last = new(entry.Name, advice, client.Time.GetUtcNow());
        if (advice.IsExhausted || advice.IsThrottled)
            _telemetry.LimitReached(outcome);
    }
}
