using System.Net;

namespace Resilience.Http.Benchmarks.Chains;

/// <summary>Answers by a script that repeats; after the call has been suspended, and on the thread that asks it to, or else at once.</summary>
internal sealed class Upstream(bool suspends, params HttpStatusCode[] script) : HttpMessageHandler, IKnownHandler
{
    private readonly Task<HttpResponseMessage>[] _answers = [.. script.Select(status => Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent([]) }))];
    private TaskCompletionSource<HttpResponseMessage>? _waiting;

    /// <summary>The requests it has answered.</summary>
    public int Requests { get; private set; }

    /// <summary>Answers the request under way; what waits for it runs before this returns.</summary>
    public void Answer() => _waiting!.SetResult(Next().Result);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => suspends ? (_waiting = new()).Task : Next();

    private Task<HttpResponseMessage> Next() => _answers[Requests++ % _answers.Length];
}
