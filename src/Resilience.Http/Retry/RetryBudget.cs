namespace Resilience.Http;

/// <summary>
/// The tokens of <see cref="RetryBudgetOptions"/>, shared by all calls of a client, lock-free. A success while the budget is full
/// only reads, so that healthy calls do not contend. Without options (null) it grants everything.
/// </summary>
internal sealed class RetryBudget(Func<RetryBudgetOptions?> options, PartitionKey key = default) : IPartitionState
{
    private const long Token = 1_000_000;

    private readonly PartitionKey _key = key;

    // Clamped to the capacity where it is read: what is more than the capacity is full, whatever a reload makes of it.
    private long _level = long.MaxValue;

    public ref readonly PartitionKey Key => ref _key;

    public long LastUsed { get; set; }

    /// <summary>Tokens left; null without options.</summary>
    public double? Level => options() is { } current ? (double)Math.Min(Volatile.Read(ref _level), Capacity(current)) / Token : null;

    /// <summary>Always: hosts that are dead for good would else never be forgotten, and after so long a rest a full budget does no harm.</summary>
    public Retention RetentionAt(long now) => Retention.None;

    /// <returns>The tokens that a retry takes after such a failure.</returns>
    public static int CostAfter(OutcomeKind failure) => failure is OutcomeKind.Timeout ? 2 : 1;

    /// <summary>Pays for a retry. To be called when the retry is scheduled, not when it is sent, so that waiting retries count.</summary>
    /// <returns>False, and nothing taken, if too few tokens are left.</returns>
    public bool TryTake(OutcomeKind failure)
    {
        if (options() is not { } current)
            return true;

        while (true)
        {
            var seen = Volatile.Read(ref _level);
            var left = Math.Min(seen, Capacity(current)) - (CostAfter(failure) * Token);
            if (left < 0)
                return false;
            if (Interlocked.CompareExchange(ref _level, left, seen) == seen)
                return true;
        }
    }

    /// <param name="refund">What the retry that succeeded has taken; zero if the first attempt succeeded, which deposits instead.</param>
    public void OnSuccess(double refund = 0)
    {
        if (options() is not { } current)
            return;

        while (Volatile.Read(ref _level) is var seen && seen < Capacity(current))
        {
            var gain = (long)Math.Round((refund > 0 ? refund : current.DepositPerSuccess) * Token);
            if (Interlocked.CompareExchange(ref _level, seen + gain, seen) == seen)
                return;
        }
    }

    private static long Capacity(RetryBudgetOptions options) => options.Capacity * Token;
}
