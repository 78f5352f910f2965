using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.Testing;

/// <summary>A reply as <see cref="SocketsHttpHandler"/> would make it arrive: the same responses, the same exceptions.</summary>
internal sealed class MemoryReply(Reply reply, TimeProvider time)
{
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Action? onDisposed, CancellationToken cancellationToken)
    {
        if (reply.Latency > TimeSpan.Zero)
            await Task.Delay(reply.Latency, time, cancellationToken).ConfigureAwait(false);
        if (reply is { StatusCode: null, Answer: null, Failure: null, Ending: ReplyEnding.Stall })
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);

        var response = await AnswerAsync(request, cancellationToken).ConfigureAwait(false);
        response.Content = new ReplyContent(response.Content, reply, time) { OnDisposed = onDisposed };
        response.RequestMessage ??= request;
        return response;
    }

    /// <summary>What the transport throws where a connection ends like this.</summary>
    public static Exception Failure(ReplyEnding ending) => ending is ReplyEnding.Reset
        ? new IOException("Unable to read data from the transport connection: Connection reset by peer.", new SocketException((int)SocketError.ConnectionReset))
        : new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (reply.Answer is { } answer)
            return await answer(request, cancellationToken).ConfigureAwait(false);

        return reply.StatusCode is { } status ? ResponseOf(status, request) : throw Failure();
    }

    private HttpResponseMessage ResponseOf(int status, HttpRequestMessage request)
    {
        var hasBody = reply.HasBody && request.Method != HttpMethod.Head;
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(hasBody ? reply.Body : []) };
        foreach (var (name, value) in reply.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (reply is { HasBody: true, IsChunked: false } && !response.Content.Headers.NonValidated.Contains("Content-Length"))
            response.Content.Headers.ContentLength = reply.Body.Length;
        return response;
    }

    private Exception Failure() => reply switch
    {
        { Failure: { } own } => own,
        { Connects: false } => new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused)),
        { Body.Length: > 0 } => Wrapped(new HttpIOException(HttpRequestError.InvalidResponse, "Received an invalid status line.")),
        _ => Wrapped(Failure(reply.Ending)),
    };

    private static HttpRequestException Wrapped(Exception inner)
        => new(inner is HttpIOException http ? http.HttpRequestError : HttpRequestError.Unknown, "An error occurred while sending the request.", inner);
}
