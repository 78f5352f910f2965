namespace Resilience.Http;

/// <summary>Reads response bodies of known length as part of the attempt, so that one which breaks off or stalls counts as a failed attempt.</summary>
internal sealed class ResponseBodyReader(Func<long> limit)
{
    public bool ShouldRead(HttpResponseMessage response)
        => response.RequestMessage?.Method != HttpMethod.Head
        && response.Content.Headers.ContentLength is > 0 and var length
        && length <= limit();

    /// <summary>Buffers the body. If it breaks off, the response is disposed and what the transport said is thrown.</summary>
    public async Task ReadAsync(HttpResponseMessage response, bool async, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(limit(), cancellationToken).BlockUnless(async).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
