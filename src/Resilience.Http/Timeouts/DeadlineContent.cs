using System.Net;

namespace Resilience.Http;

/// <summary>
/// A response body that must be buffered by a deadline. Buffering serializes the content to a stream; whoever streams asks for a stream
/// instead, gets the inner one, and is not bounded.
/// </summary>
internal sealed class DeadlineContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly long _deadline;
    private readonly TimeSpan _timeout;
    private readonly ResilientClient _client;

    public DeadlineContent(HttpContent inner, long deadline, TimeSpan timeout, ResilientClient client)
    {
        (_inner, _deadline, _timeout, _client) = (inner, deadline, timeout, client);
        foreach (var (name, values) in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var timer = LinkedTimer.Start(Remaining, _client.Time, cancellationToken);
        try
        {
            await _inner.CopyToAsync(stream, context, timer.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw new TotalTimeoutException(_client.Name, _timeout, e);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var timer = LinkedTimer.Start(Remaining, _client.Time, cancellationToken);
        // The transport's synchronous reads look at no token; they end when their content is disposed.
        using var ending = timer.Token.UnsafeRegister(static content => ((HttpContent)content!).Dispose(), _inner);
        try
        {
            _inner.CopyTo(stream, context, timer.Token);
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw new TotalTimeoutException(_client.Name, _timeout, e);
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => _inner.ReadAsStreamAsync();

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => _inner.ReadAsStream(cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private TimeSpan Remaining
        => _client.Time.GetElapsedTime(_client.Time.GetTimestamp(), _deadline) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
