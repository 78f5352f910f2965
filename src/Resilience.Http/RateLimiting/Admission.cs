namespace Resilience.Http;

/// <summary>What came of asking for a permit: granted after <paramref name="Wait"/>, or rejected because that long was too long.</summary>
internal readonly record struct Admission(RateLimitReason? Rejection, TimeSpan Wait)
{
    public bool IsGranted => Rejection is null;

    /// <summary>The rejection, if that is what the task has already come to.</summary>
    public static Admission? RejectionIn(Task<Admission> task)
        => task is { IsCompletedSuccessfully: true, Result: { IsGranted: false } rejection } ? rejection : null;
}
