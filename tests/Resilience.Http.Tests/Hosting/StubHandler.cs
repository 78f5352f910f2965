using System.Collections.Concurrent;
using System.Net;

namespace Resilience.Http.Tests;

/// <summary>An upstream in memory: answers by script, counts the requests and knows which of its responses were disposed.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<TrackedContent> _contents = new();
    private int _requests;

    /// <param name="answer">Gives each answer at once.</param>
    public StubHandler(Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> answer)
        : this((request, cancelled) => Task.FromResult(answer(request, cancelled)))
    {
    }

    /// <param name="failure">What every request ends in.</param>
    public StubHandler(Exception failure)
        : this((_, _) => Task.FromException<HttpResponseMessage>(failure))
    {
    }

    /// <param name="statuses">One per request; the last one repeats.</param>
    public StubHandler(params int[] statuses)
        : this(Script(statuses))
    {
    }

    /// <summary>Requests so far, asynchronous and synchronous ones.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>For each response in order: whether its content was disposed.</summary>
    public IReadOnlyList<bool> Disposed => [.. _contents.Select(content => content.IsDisposed)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        var response = await answer(request, cancellationToken);
        var content = new TrackedContent(response.Content);
        _contents.Enqueue(content);
        response.Content = content;
        response.RequestMessage ??= request;
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    private static Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> Script(int[] statuses)
    {
        var next = -1;
        return (_, _) => new((HttpStatusCode)statuses[Math.Min(Interlocked.Increment(ref next), statuses.Length - 1)]);
    }
}
