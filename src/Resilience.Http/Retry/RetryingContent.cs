using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>
/// A response body of unknown length which, if it breaks off while it is buffered, is fetched again by another attempt. Whoever streams it
/// gets the stream as it is. Up to the limit the body is held back until it is whole; a longer one is passed on and breaks where it breaks.
/// Another status does not take its place: whoever asked for the headers only has seen the first one.
/// </summary>
internal sealed class RetryingContent(RetriedCall call, HttpResponseMessage response, long limit) : WrappedContent(response.Content)
{
    // Whoever reads it to its end ends the call, or whoever leaves it: only once, as the attempt is another call's then.
    private const int IsRead = 1;
    private const int IsLeft = 2;

    private HttpResponseMessage? _adopted;
    private int _use;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => IsFirst(IsRead) ? CopyWholeAsync(stream, cancellationToken) : Inner.CopyToAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => BlockingTasks.OutOfContext(() => SerializeToStreamAsync(stream, context, cancellationToken).BlockUnless(async: false)).GetAwaiter().GetResult();

    protected override Task<Stream> CreateContentReadStreamAsync()
    {
        Leave();
        return base.CreateContentReadStreamAsync();
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        Leave();
        return base.CreateContentReadStream(cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Leave();
        base.Dispose(disposing);
    }

    private bool IsFirst(int use) => Interlocked.CompareExchange(ref _use, use, 0) == 0;

    private void Leave()
    {
        if (IsFirst(IsLeft))
            call.OnBodyEnded();
    }

    private async Task CopyWholeAsync(Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await CopyInTurnAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.OnBodyFailed(e);
            throw;
        }

        AdoptTrailers();
        call.OnBodyEnded();
    }

    private async Task CopyInTurnAsync(Stream target, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var held = new HeldBackStream(target, limit);
            try
            {
                await Inner.CopyToAsync(held, cancellationToken).ConfigureAwait(false);
                await held.ReleaseAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!held.IsReleased && e is HttpRequestException or IOException or InvalidDataException)
            {
                if (!TryAdopt(await RepeatAsync(e, cancellationToken).ConfigureAwait(false)))
                    throw;
            }
        }
    }

    private async Task<HttpResponseMessage> RepeatAsync(Exception broken, CancellationToken cancellationToken)
    {
        try
        {
            return await call.RepeatAfterBrokenBodyAsync(broken, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or { InnerException: ObjectDisposedException })
        {
            // The request, its body or the chain is disposed, so that nothing could be sent again: what counts is what broke.
            ExceptionDispatchInfo.Throw(broken);
            throw;
        }
    }

    private bool TryAdopt(HttpResponseMessage next)
    {
        if (next.StatusCode != response.StatusCode)
        {
            next.Dispose();
            return false;
        }

        (response.ReasonPhrase, response.Version) = (next.ReasonPhrase, next.Version);
        response.Headers.Clear();
        response.Headers.CopyFrom(next.Headers);
        Replace(next.Content, response.Content);
        _adopted = next;
        return true;
    }

    // They come after the body.
    private void AdoptTrailers()
    {
        if (_adopted is not { } adopted)
            return;

        response.TrailingHeaders.Clear();
        response.TrailingHeaders.CopyFrom(adopted.TrailingHeaders);
    }
}
