namespace Resilience.Http;

/// <summary>
/// Reads response bodies of known length as part of the attempt, so that one which breaks off or stalls counts as a failed attempt: those of
/// successes that another attempt could follow. Anything else is known by its status, which no body may delay or replace.
/// </summary>
internal sealed class ResponseBodyReader(RetryHandler retry) : IBodyReader
{
    private const int ShortLength = 64 * 1024;

    public Task? ReadAsync(Attempt attempt, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return response.Content.Headers.ContentLength switch
            {
                0 => Leave(attempt, response),
                _ when !BodyRules.MayHaveBody(response) => Leave(attempt, response),
                { } length when ShouldRead(length) && Outcome.IsSuccessStatus(response) && CanBeRepeated(attempt)
                    => BufferAsync(attempt, response, length, cancellationToken),
                _ => null,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException(e);
        }
    }

    private static Task Leave(Attempt attempt, HttpResponseMessage response)
    {
        attempt.IsEmptyBodyRead = BodyRules.IsReadAllTheSame(response);
        return Task.CompletedTask;
    }

    // A server that announces much and sends little must not cost more than it sends, nor one whose packed length a handler has left on what it
    // unpacks. What .NET makes for a short body of a sure length is that long at once.
    private Task BufferAsync(Attempt attempt, HttpResponseMessage response, long length, CancellationToken cancellationToken)
        => length <= ShortLength && response.Content is not StreamContent && response.Content.GetType().Assembly == typeof(HttpContent).Assembly
            ? response.Content.LoadIntoBufferAsync(retry.Options.MaxBufferedResponseBytes, cancellationToken)
            : BufferAsItArrivesAsync(attempt, response, cancellationToken);

    private async Task BufferAsItArrivesAsync(Attempt attempt, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bounds = new BodyBounds((int)retry.Options.MaxBufferedResponseBytes, Timeout.InfiniteTimeSpan, retry.Client.Time);
        attempt.IsBodyLeft = !await BodyPeek.BufferAsync(response, bounds, attempt.IsAsync, cancellationToken).ConfigureAwait(false);
    }

    private bool ShouldRead(long length)
        => retry.Options is { ResponseBodies: not ResponseBodies.None, MaxRetries: > 0, MaxBufferedResponseBytes: var limit }
        && length <= limit
        // Else HttpClient rejects the response, as it should.
        && length <= retry.Client.HttpClient.MaxResponseContentBufferSize;

    private bool CanBeRepeated(Attempt attempt)
        => RetryRules.IsSafe(attempt.Request, attempt.Snapshot, retry.KeyRules?.Invoke().Covers(attempt.Snapshot, attempt.Request) ?? false) && attempt.CanSendBodyAgain;
}
