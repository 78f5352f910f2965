namespace Resilience.Http;

/// <summary>The answer to a request for a permit: granted after <paramref name="Wait"/>, or rejected because that is too long.</summary>
internal readonly record struct Admission(RateLimitReason? Rejection, TimeSpan Wait)
{
    public bool IsGranted => Rejection is null;

    /// <summary>The rejection, if the task has already ended in one.</summary>
    public static Admission? RejectionIn(Task<Admission> task)
        => task is { IsCompletedSuccessfully: true, Result: { IsGranted: false } rejection } ? rejection : null;
}
