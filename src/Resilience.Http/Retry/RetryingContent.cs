using System.Net;

namespace Resilience.Http;

/// <summary>
/// A response body of unknown length which, if it breaks off while it is buffered, is fetched again by another attempt. Whoever streams it
/// gets the stream as it is. Up to the limit the body is held back until it is whole; a longer one is passed on and breaks where it breaks.
/// Another status does not take its place: whoever asked for the headers only has seen the first one.
/// </summary>
internal sealed class RetryingContent(RetriedCall call, HttpResponseMessage response, long limit) : WrappedContent(response.Content)
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => CopyWholeAsync(stream, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => BlockingTasks.OutOfContext(() => CopyWholeAsync(stream, cancellationToken).BlockUnless(async: false)).GetAwaiter().GetResult();

    private async Task CopyWholeAsync(Stream target, CancellationToken cancellationToken)
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
            catch (Exception e) when (!held.IsReleased && e is HttpRequestException or IOException)
            {
                var next = await call.RepeatAfterBrokenBodyAsync(e, cancellationToken).ConfigureAwait(false);
                if (!TryAdopt(next))
                    throw;
            }
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
        Replace(next.Content);
        return true;
    }
}
