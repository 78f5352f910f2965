using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>Reads a response's body up to a limit and leaves it whole for whoever reads it next.</summary>
internal static class BodyPeek
{
    private const int FirstRead = 4096;

    private readonly record struct Start(byte[] Bytes, bool IsAll, ExceptionDispatchInfo? Failure = null);

    /// <summary>The body; empty if it is longer than the limit or breaks before its end. Throws nothing but the caller's cancellation.</summary>
    public static async ValueTask<byte[]> ReadAsync(HttpResponseMessage response, int limit, bool async, CancellationToken cancellationToken)
    {
        // The transport's synchronous reads look at no token; they end when their content is disposed.
        using var ending = async ? default : cancellationToken.UnsafeRegister(static content => ((HttpContent)content!).Dispose(), response.Content);
        var body = await OpenAsync(response.Content, limit, async, cancellationToken).ConfigureAwait(false);
        var position = body.CanSeek ? body.Position : 0;

        // One byte more than the limit tells a body that just fits from one that does not.
        var start = await ReadStartAsync(body, limit + 1, async, cancellationToken).ConfigureAwait(false);
        if (body.CanSeek)
            body.Position = position;
        else
            response.Content = Replay(start, body, response.Content);

        cancellationToken.ThrowIfCancellationRequested();
        return start.IsAll ? start.Bytes : [];
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

    private static async ValueTask<Start> ReadStartAsync(Stream body, int count, bool async, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(count, FirstRead)];
        var length = 0;
        try
        {
            while (length < count)
            {
                if (length == bytes.Length)
                    Array.Resize(ref bytes, Math.Min(count, length * 2));

                var read = async
                    ? await body.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false)
                    : body.Read(bytes.AsSpan(length));
                if (read == 0)
                    return new Start(bytes[..length], IsAll: true);

                length += read;
            }

            return new Start(bytes, IsAll: false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new Start(bytes[..length], IsAll: false, ExceptionDispatchInfo.Capture(failure));
        }
    }

    private static HttpContent Replay(Start start, Stream rest, HttpContent original)
    {
        HttpContent replay = start.IsAll
            ? new ByteArrayContent(start.Bytes)
            : new StreamContent(new PeekedStream(start.Bytes, rest, start.Failure, original));
        foreach (var (name, values) in original.Headers.NonValidated)
            replay.Headers.TryAddWithoutValidation(name, values);

        if (start.IsAll)
            original.Dispose();

        return replay;
    }
}
