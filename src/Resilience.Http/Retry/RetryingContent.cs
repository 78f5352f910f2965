using System.Net;

namespace Resilience.Http;

/// <summary>
/// A response body of unknown length which, if it breaks off while it is buffered, is fetched again by another attempt. Whoever streams it
/// gets the stream as it is. Up to the limit the body is held back until it is whole; a longer one is passed on and breaks where it breaks.
/// Another status does not take its place: whoever asked for the headers only has seen the first one.
/// </summary>
internal sealed class RetryingContent : HttpContent
{
    private readonly RetriedCall _call;
    private readonly HttpResponseMessage _response;
    private readonly long _limit;
    private HttpContent _inner;

    public RetryingContent(RetriedCall call, HttpResponseMessage response, long limit)
    {
        (_call, _response, _limit, _inner) = (call, response, limit, response.Content);
        CopyHeaders(_inner);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => CopyWholeAsync(stream, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => CopyWholeAsync(stream, cancellationToken).BlockUnless(async: false).GetAwaiter().GetResult();

    protected override Task<Stream> CreateContentReadStreamAsync() => _inner.ReadAsStreamAsync();

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => _inner.ReadAsStream(cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private async Task CopyWholeAsync(Stream target, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var held = new HeldBackStream(target, _limit);
            try
            {
                await _inner.CopyToAsync(held, cancellationToken).ConfigureAwait(false);
                await held.ReleaseAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!held.IsReleased && e is HttpRequestException or IOException)
            {
                var next = await _call.RepeatAfterBrokenBodyAsync(e, cancellationToken).ConfigureAwait(false);
                if (!TryAdopt(next))
                    throw;
            }
        }
    }

    private bool TryAdopt(HttpResponseMessage next)
    {
        if (next.StatusCode != _response.StatusCode)
        {
            next.Dispose();
            return false;
        }

        _inner.Dispose();
        _inner = next.Content;
        (_response.ReasonPhrase, _response.Version) = (next.ReasonPhrase, next.Version);
        _response.Headers.Clear();
        foreach (var (name, values) in next.Headers.NonValidated)
            _response.Headers.TryAddWithoutValidation(name, values);
        Headers.Clear();
        CopyHeaders(_inner);
        return true;
    }

    private void CopyHeaders(HttpContent from)
    {
        foreach (var (name, values) in from.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }
}
