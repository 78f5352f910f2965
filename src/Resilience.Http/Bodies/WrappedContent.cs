using System.Net;

namespace Resilience.Http;

/// <summary>
/// A response body in the place of another, with its headers. Buffering serializes the content to a stream and passes through here; whoever
/// streams asks for a stream instead and gets the inner one.
/// </summary>
internal abstract class WrappedContent : HttpContent
{
    protected WrappedContent(HttpContent inner)
    {
        Inner = inner;
        Headers.CopyFrom(inner.Headers);
    }

    protected HttpContent Inner { get; private set; }

    /// <summary>Puts another in the place of what it wraps.</summary>
    /// <param name="inner">The other.</param>
    /// <param name="outermost">The content of the response, which may be wrapped around this one: its fields are those that the caller sees.</param>
    protected void Replace(HttpContent inner, HttpContent outermost)
    {
        Inner.Dispose();
        Inner = inner;
        TakeFields(inner);
        for (var around = outermost; around is WrappedContent ours && ours != this; around = ours.Inner)
            ours.TakeFields(inner);
    }

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected abstract override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken);

    protected override Task<Stream> CreateContentReadStreamAsync() => Inner.ReadAsStreamAsync();

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Inner.ReadAsStream(cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = Inner.Headers.ContentLength ?? 0;
        return Inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Inner.Dispose();
        base.Dispose(disposing);
    }

    private void TakeFields(HttpContent of)
    {
        Headers.Clear();
        Headers.CopyFrom(of.Headers);
    }
}
