namespace Resilience.Http;

/// <summary>Does away with responses that nobody will see, so that the next attempt finds the connection free.</summary>
internal static class ResponseDrain
{
    private const int MaxBytes = 4096;

    /// <summary>
    /// Disposes the response, after reading the rest of its body if that is known to be small: HTTP/1.1 reuses a connection only at the end of
    /// a body. Longer bodies, and bodies of unknown length, are cut. Never throws.
    /// </summary>
    /// <param name="response">The response that is superseded.</param>
    /// <param name="async">False to block.</param>
    /// <param name="bound">Ends the reading of a body that stalls; to be cancelled after a moment.</param>
    public static async Task DisposeAsync(HttpResponseMessage response, bool async, CancellationToken bound)
    {
        try
        {
            using (response)
            {
                if (response.Content.Headers.ContentLength is > 0 and <= MaxBytes)
                    await response.Content.LoadIntoBufferAsync(MaxBytes, bound).WaitAsync(bound).BlockUnless(async).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever became of the body, nobody waits for it.
        }
    }
}
