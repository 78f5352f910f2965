using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>
/// A response body that must be buffered by the deadline of its call. <see cref="HttpClient"/> buffers by having the content serialized to a stream
/// of its own, or, for a text or an array, by copying its stream to one, with the token of the call; a caller that streams or copies the body is not bounded.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="request">Whose response it belongs to.</param>
/// <param name="deadline">The deadline of the call.</param>
/// <param name="time">The clock.</param>
/// <param name="call">The token of the call: <see cref="HttpClient"/>'s, or the caller's where something else sent the request.</param>
internal sealed class DeadlineContent(HttpContent inner, HttpRequestMessage request, Deadline deadline, TimeProvider time, CancellationToken call) : WrappedContent(inner)
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => IsBuffer(stream)
            ? WithinAsync(token => Inner.CopyToAsync(stream, context, token), cancellationToken)
            : Inner.CopyToAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The transport's synchronous reads look at no token.
        if (IsBuffer(stream))
            BlockingTasks.OutOfContext(() => SerializeToStreamAsync(stream, context, cancellationToken).BlockUnless(async: false)).GetAwaiter().GetResult();
        else
            Inner.CopyTo(stream, context, cancellationToken);
    }

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        var stream = await Inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (call.CanBeCanceled && cancellationToken == call)
            return new BufferedByCall(this, stream);

        return stream;
    }

    // Whoever downloads into a file, or passes the body on to another server, has a stream of another kind.
    private static bool IsBuffer(Stream target) => target.GetType().DeclaringType == typeof(HttpContent);

    private async Task WithinAsync(Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var timer = StartTimer(cancellationToken);
        try
        {
            await read(timer.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw deadline.TimedOut(request, e);
        }
        catch (OperationCanceledException e)
        {
            ExceptionDispatchInfo.Throw(timer.WithCallersToken(e));
        }
    }

    private LinkedTimer StartTimer(CancellationToken cancellationToken)
    {
        var left = deadline.Left(time.GetTimestamp());
        return LinkedTimer.StartNew(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
    }

    private sealed class BufferedByCall(DeadlineContent content, Stream body) : BodyStream(body)
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
            => IsBuffer(destination)
                ? content.WithinAsync(token => Body.CopyToAsync(destination, bufferSize, token), cancellationToken)
                : Body.CopyToAsync(destination, bufferSize, cancellationToken);
    }
}
