namespace Resilience.Http;

/// <summary>The place of one partition's last advice.</summary>
internal sealed class AdviceLogEntry(PartitionKey key) : IPartitionState
{
    private readonly PartitionKey _key = key;

    public ref readonly PartitionKey Key => ref _key;

    public string Name { get; } = key.ToString();

    public long LastUsed { get; set; }

    public PartitionAdvice? Last { get; set; }

    public Retention RetentionAt(long now) => Retention.None;
}
