using System.Net;

namespace Resilience.Http.Testing;

/// <summary>A content, headers included, that arrives as a reply says, and tells when it is disposed.</summary>
internal sealed class ReplyContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly Reply _reply;
    private readonly TimeProvider _time;

    /// <param name="inner">The content.</param>
    /// <param name="reply">What becomes of its body.</param>
    /// <param name="time">The clock of that.</param>
    public ReplyContent(HttpContent inner, Reply reply, TimeProvider time)
    {
        (_inner, _reply, _time) = (inner, reply, time);
        foreach (var (name, values) in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>Called when it is disposed.</summary>
    public Action? OnDisposed { get; init; }

    /// <summary>Hears of every read that waits for bytes of a socket.</summary>
    public ClockActivity? Activity { get; init; }

    private bool IsUndisturbed => _reply.IsWhole && Activity is null;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (IsUndisturbed)
        {
            await _inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var body = Disturbed(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (IsUndisturbed)
        {
            _inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        using var body = Disturbed(_inner.ReadAsStream(cancellationToken));
        body.CopyTo(stream);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        => Disturbed(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Disturbed(_inner.ReadAsStream(cancellationToken));

    protected override bool TryComputeLength(out long length)
    {
        length = _reply.IsChunked ? -1 : _inner.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            OnDisposed?.Invoke();
        }

        base.Dispose(disposing);
    }

    private Stream Disturbed(Stream body) => IsUndisturbed ? body : new ReplyStream(body, _reply, _inner.Headers.ContentLength, _time) { Activity = Activity };
}
