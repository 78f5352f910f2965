namespace Resilience.Http;

/// <summary>What a try came to.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Wait">The shortest wait before the next try; null if nobody said.</param>
/// <param name="HoldsDestination">Whether others to the same destination would fare no better before that.</param>
/// <param name="IsOwn">Whether that is said by this process alone, its circuit or its limits, which says nothing of the server to other processes.</param>
/// <param name="IsKeyUsedUp">Whether the same key gets the same failure for ever.</param>
internal readonly record struct Verdict(VerdictKind Kind, string Reason, TimeSpan? Wait = null, bool HoldsDestination = false, bool IsOwn = false, bool IsKeyUsedUp = false)
{
    /// <summary>Why a reconciler has to be asked.</summary>
    public OutboxDoubt Doubt => Kind is not VerdictKind.Ask ? OutboxDoubt.None : IsKeyUsedUp ? OutboxDoubt.Key : OutboxDoubt.Outcome;

    /// <summary>What an entry is after it, where nothing more is done.</summary>
    public OutboxState EndState => Kind switch
    {
        VerdictKind.Done => OutboxState.Done,
        VerdictKind.Declined => OutboxState.Declined,
        _ => OutboxState.Dead,
    };
}
