namespace Resilience.Http;

/// <summary>Waiting for an access token within an attempt: the token endpoint's time, not the resource's.</summary>
internal static class AccessTokenWait
{
    /// <summary>Waits until the token endpoint has answered.</summary>
    public static async Task<AccessTokenAnswer> ForAsync(Task<AccessTokenAnswer> asked, AttemptContext attempt, CancellationToken cancellationToken)
    {
        if (asked.IsCompletedSuccessfully)
            return await asked.ConfigureAwait(false);

        attempt.Attempt.StopTime();
        var answer = await asked.WaitAsync(cancellationToken).BlockUnless(attempt.IsAsync).ConfigureAwait(false);
        attempt.Current?.StartTime();
        return answer;
    }

    /// <summary>The same until the deadline of the call, for a call that has an answer: that is what is known of it then.</summary>
    /// <returns>Null if the deadline came first.</returns>
    public static async Task<AccessTokenAnswer?> ByDeadlineAsync(Task<AccessTokenAnswer> asked, AttemptContext attempt, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await ForAsync(asked.WaitAsync(attempt.Deadline.LeftToWait(time.GetTimestamp()), time, cancellationToken), attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && attempt.Deadline.IsOver(time.GetTimestamp())))
        {
            return null;
        }
    }
}
