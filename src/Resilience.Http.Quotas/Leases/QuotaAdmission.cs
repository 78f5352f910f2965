namespace Resilience.Http;

/// <summary>The answer to a request for a permit: granted, or rejected because that takes at least <paramref name="Wait"/>.</summary>
internal readonly record struct QuotaAdmission(RateLimitReason? Rejection, TimeSpan Wait)
{
    public bool IsGranted => Rejection is null;

    /// <summary>The rejection, if the task has already ended in one.</summary>
    public static QuotaAdmission? RejectionIn(Task<QuotaAdmission> task)
        => task is { IsCompletedSuccessfully: true, Result: { IsGranted: false } rejection } ? rejection : null;
}
