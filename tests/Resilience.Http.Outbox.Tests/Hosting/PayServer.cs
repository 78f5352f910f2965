using System.Collections.Concurrent;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A server in memory: answers each request by a function of its number, from 0.</summary>
internal sealed class PayServer(Func<int, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private int _requests;

    public PayServer(params int[] statuses)
        : this((number, _, _) => Task.FromResult(new HttpResponseMessage((System.Net.HttpStatusCode)statuses[Math.Min(number, statuses.Length - 1)])))
    {
    }

    public PayServer(Func<int, HttpResponseMessage> answer)
        : this((number, _, _) => Task.FromResult(answer(number)))
    {
    }

    /// <summary>What came, in order.</summary>
    public ConcurrentQueue<PayRequest> Requests { get; } = new();

    public IEnumerable<string?> Keys => Requests.Select(request => request.Key);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : string.Empty;
        Requests.Enqueue(new(
            request.Method,
            request.RequestUri!,
            request.Headers.NonValidated.TryGetValues("Idempotency-Key", out var key) ? key.ToString() : null,
            request.Headers.Authorization?.ToString(),
            request.Content?.Headers.ContentType?.ToString(),
            body));
        var response = await answer(Interlocked.Increment(ref _requests) - 1, request, cancellationToken);
        response.RequestMessage ??= request;
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => SendAsync(request, cancellationToken).GetAwaiter().GetResult();
}
