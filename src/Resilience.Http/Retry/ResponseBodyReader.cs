namespace Resilience.Http;

/// <summary>Reads response bodies of known length as part of the attempt, so that one which breaks off or stalls counts as a failed attempt.</summary>
internal sealed class ResponseBodyReader(Live<RetryOptions> options)
{
    public async Task<HttpResponseMessage> ReadAsync(Task<HttpResponseMessage> sending, bool async, CancellationToken cancellationToken)
    {
        var response = await sending.BlockUnless(async).ConfigureAwait(false);
        return ShouldRead(response) ? await LoadAsync(response, async, cancellationToken).ConfigureAwait(false) : response;
    }

    public bool ShouldRead(HttpResponseMessage response)
        => options.Value is { ResponseBodies: not ResponseBodies.None, MaxBufferedResponseBytes: var limit }
        && response.Content.Headers.ContentLength is > 0 and var length
        && length <= limit
        && response.RequestMessage?.Method != HttpMethod.Head;

    /// <summary>
    /// Buffers the body. If that of a success breaks off, the response is disposed and what the transport said is thrown. A failure stays
    /// the failure it is: its status says more than its body, which throws when it is read.
    /// </summary>
    public static async Task<HttpResponseMessage> LoadAsync(HttpResponseMessage response, bool async, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !Outcome.Of(response).IsSuccess && !cancellationToken.IsCancellationRequested)
        {
            response.Content = new BrokenContent(response.Content, e);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        return response;
    }
}
