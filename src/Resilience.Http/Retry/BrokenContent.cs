using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>A body that broke off: its headers are there, reading it throws what the transport said.</summary>
internal sealed class BrokenContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly ExceptionDispatchInfo _failure;

    public BrokenContent(HttpContent inner, Exception failure)
    {
        (_inner, _failure) = (inner, ExceptionDispatchInfo.Capture(failure));
        foreach (var (name, values) in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.FromException(_failure.SourceException);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _failure.Throw();

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromException<Stream>(_failure.SourceException);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        _failure.Throw();
        return Stream.Null;
    }

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
}
