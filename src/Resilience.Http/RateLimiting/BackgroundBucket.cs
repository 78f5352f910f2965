namespace Resilience.Http;

/// <summary>
/// The share of a bucket's rate that work gets which nobody waits for: a bucket that is passed before the other, and only while nobody waits for that one and it has
/// permits. It has no burst: a backlog must not empty the bucket under those who wait. Safe for concurrent use.
/// </summary>
/// <param name="bucket">The other one, which still has to be asked.</param>
/// <param name="pacing">The pace and the clock of both.</param>
internal sealed class BackgroundBucket(TokenBucket bucket, Pacing pacing) : TokenBucket(bucket.Key, pacing, pacing.Current.InBackground, -Pace.Longest)
{
    // Nobody tells those who wait here what the others take.
    public override bool IsTakenElsewhere => true;

    public override bool TryServe(long now, in PermitCost cost) => bucket.IsFree(now, cost) && TryAdvance(now, OwnOf(cost));

    public override long SlotOf(in PermitCost cost, Backlog? ahead) => Math.Max(Slot(OwnOf(cost), ahead), bucket.SlotBehindAll(cost));

    protected override Pace PaceAt(long now) => Pacing.Current.InBackground;

    private static PermitCost OwnOf(in PermitCost cost) => new(cost.Own) { PassesOwn = cost.PassesOwn };
}
