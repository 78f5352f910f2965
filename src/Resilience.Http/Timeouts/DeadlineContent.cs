using System.Net;

namespace Resilience.Http;

/// <summary>A response body that must be buffered by a deadline. Whoever streams it is not bounded.</summary>
internal sealed class DeadlineContent(HttpContent inner, long deadline, TimeSpan timeout, int attempts, ResilientClient client) : WrappedContent(inner)
{
    private TimeSpan Remaining
        => client.Time.GetElapsedTime(client.Time.GetTimestamp(), deadline) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var timer = LinkedTimer.StartNew(Remaining, client.Time, cancellationToken);
        try
        {
            await Inner.CopyToAsync(stream, context, timer.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw new TotalTimeoutException(client.Name, timeout, e) { Attempts = attempts };
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var timer = LinkedTimer.StartNew(Remaining, client.Time, cancellationToken);
        // The transport's synchronous reads look at no token; they end when their content is disposed.
        using var ending = timer.Token.UnsafeRegister(static content => ((HttpContent)content!).Dispose(), Inner);
        try
        {
            Inner.CopyTo(stream, context, timer.Token);
        }
        catch (Exception e) when (timer.HasExpired)
        {
            throw new TotalTimeoutException(client.Name, timeout, e) { Attempts = attempts };
        }
    }
}
