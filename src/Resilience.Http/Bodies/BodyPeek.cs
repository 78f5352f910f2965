namespace Resilience.Http;

/// <summary>
/// Reads a response's body up to a limit of bytes and of time, and leaves it whole for the next reader: what was read is given again, and a read
/// that is still under way is not cancelled but handed on.
/// </summary>
internal static class BodyPeek
{
    /// <summary>The body; empty if it is longer than the limit, breaks before its end or is not there in time. Throws nothing but the caller's cancellation.</summary>
    /// <param name="response">The response.</param>
    /// <param name="bounds">How much to read, and how long to wait for it.</param>
    /// <param name="async">Whether to wait without blocking.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async ValueTask<byte[]> ReadAsync(HttpResponseMessage response, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        var body = await OpenAsync(response.Content, bounds.Bytes, async, cancellationToken).ConfigureAwait(false);
        var reading = await ReadAsync(response, body, bounds, async, cancellationToken).ConfigureAwait(false);
        return reading.IsAll ? reading.Bytes.ToArray() : [];
    }

    /// <summary>Buffers the body in memory that grows with what arrives, whatever length was announced. Throws what broke the body.</summary>
    /// <returns>False if it is longer than the limit.</returns>
    /// <inheritdoc cref="ReadAsync(HttpResponseMessage, BodyBounds, bool, CancellationToken)" path="/param"/>
    public static async Task<bool> BufferAsync(HttpResponseMessage response, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        var body = async ? await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false) : BodyOf(response.Content, cancellationToken);
        var reading = await ReadAsync(response, body, bounds, async, cancellationToken).ConfigureAwait(false);
        // As HttpContent does it.
        if (reading.Failure is { SourceException: IOException broken })
            throw new HttpRequestException((broken as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown, "Error while copying content to a stream.", broken);

        reading.Failure?.Throw();
        return reading.IsAll;
    }

    private static async ValueTask<BodyReading> ReadAsync(HttpResponseMessage response, Stream body, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        var position = body.CanSeek ? body.Position : 0;

        // One byte more than the limit tells a body that just fits from one that does not.
        var reading = new BodyReading(body, bounds.Bytes + 1, new(bounds.Wait, bounds.Time, async, cancellationToken));
        await reading.RunAsync().ConfigureAwait(false);
        if (body.CanSeek && reading.Pending is null)
            body.Position = position;
        else
            response.Content = Replay(reading, body, response.Content);

        cancellationToken.ThrowIfCancellationRequested();
        return reading;
    }

    private static async ValueTask<Stream> OpenAsync(HttpContent content, int limit, bool async, CancellationToken cancellationToken)
    {
        try
        {
            if (content.Headers.ContentLength > limit)
                return Stream.Null;

            return async ? await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false) : BodyOf(content, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Stream.Null;
        }
    }

    private static Stream BodyOf(HttpContent content, CancellationToken cancellationToken) => content.ReadAsStream(cancellationToken);

    private static HttpContent Replay(BodyReading reading, Stream rest, HttpContent original)
    {
        HttpContent replay = reading.IsAll
            ? new ByteArrayContent(reading.Bytes.ToArray())
            : new StreamContent(new PeekedStream(reading, rest, original));
        replay.Headers.CopyFrom(original.Headers);
        if (reading.IsAll)
            original.Dispose();

        return replay;
    }
}
