using System.Net;

namespace Resilience.Http.Benchmarks.Chains;

/// <summary>Reads the request's body and answers by a script that repeats; after the call has been suspended, and on the thread that asks it to, or else at once.</summary>
internal sealed class Upstream(bool suspends, params HttpStatusCode[] script) : HttpMessageHandler, IKnownHandler
{
    private readonly Task<HttpResponseMessage>[] _answers = [.. script.Select(status => Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent([]) }))];
    private TaskCompletionSource<HttpResponseMessage>? _waiting;

    /// <summary>The requests it has answered.</summary>
    public int Requests { get; private set; }

    /// <summary>Answers the request under way; what waits for it runs before this returns.</summary>
    public void Answer() => _waiting!.SetResult(Next().Result);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => request.Content is { } content ? ReceiveAsync(content, cancellationToken) : Begin();

    private async Task<HttpResponseMessage> ReceiveAsync(HttpContent content, CancellationToken cancellationToken)
    {
        // A transport looks at the headers and the length before it sends the bytes.
        _ = content.Headers.ContentLength;
        await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        return await Begin().ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> Begin() => suspends ? (_waiting = new()).Task : Next();

    private Task<HttpResponseMessage> Next() => _answers[Requests++ % _answers.Length];
}
