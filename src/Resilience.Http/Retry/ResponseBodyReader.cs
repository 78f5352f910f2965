namespace Resilience.Http;

/// <summary>
/// Reads response bodies of known length as part of the attempt, so that one which breaks off or stalls counts as a failed attempt: those of
/// successes that another attempt could follow. Anything else is known by its status, which no body may delay or replace.
/// </summary>
internal sealed class ResponseBodyReader(RetryHandler retry) : IBodyReader
{
    public Task? ReadAsync(Attempt attempt, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return response.Content.Headers.ContentLength switch
            {
                0 => Task.CompletedTask,
                _ when !BodyRules.MayHaveBody(response) => Task.CompletedTask,
                { } length when ShouldRead(length) && Outcome.IsSuccessStatus(response) && CanBeRepeated(attempt)
                    => response.Content.LoadIntoBufferAsync(cancellationToken),
                _ => null,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException(e);
        }
    }

    private bool ShouldRead(long length)
        => retry.Options is { ResponseBodies: not ResponseBodies.None, MaxRetries: > 0, MaxBufferedResponseBytes: var limit }
        && length <= limit
        // Else HttpClient rejects the response, as it should.
        && length <= retry.Client.HttpClient.MaxResponseContentBufferSize;

    private bool CanBeRepeated(Attempt attempt)
        => RetryRules.IsSafe(attempt.Request, attempt.Snapshot, retry.KeyRules?.Invoke().Covers(attempt.Snapshot, attempt.Request) ?? false) && attempt.CanSendBodyAgain;
}
