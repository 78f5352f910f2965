using System.Net;

namespace Resilience.Http.Published;

/// <summary>A server in this process: whatever it is asked, it gives these answers in turn.</summary>
internal sealed class Server(params IEnumerable<HttpStatusCode> answers) : HttpMessageHandler
{
    private readonly Queue<HttpStatusCode> _answers = new(answers);

    /// <summary>The idempotency keys that it was sent.</summary>
    public List<string> Keys { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.GetIdempotencyKey() is { } key)
            Keys.Add(key);
        return Task.FromResult(new HttpResponseMessage(_answers.Dequeue()) { RequestMessage = request });
    }
}
