using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>A body that broke off: its headers are there, reading it throws what the transport said.</summary>
internal sealed class BrokenContent(HttpContent inner, Exception failure) : WrappedContent(inner)
{
    private readonly ExceptionDispatchInfo _failure = ExceptionDispatchInfo.Capture(failure);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => Task.FromException(_failure.SourceException);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _failure.Throw();

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromException<Stream>(_failure.SourceException);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        _failure.Throw();
        return Stream.Null;
    }
}
