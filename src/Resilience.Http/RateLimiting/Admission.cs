namespace Resilience.Http;

/// <summary>What came of asking for a permit: granted after <paramref name="Wait"/>, or refused because that long was too long.</summary>
internal readonly record struct Admission(RateLimitReason? Refusal, TimeSpan Wait)
{
    public bool IsGranted => Refusal is null;

    /// <summary>The refusal, if that is what the task has already come to.</summary>
    public static Admission? RefusalIn(Task<Admission> task)
        => task is { IsCompletedSuccessfully: true, Result: { IsGranted: false } refusal } ? refusal : null;
}
