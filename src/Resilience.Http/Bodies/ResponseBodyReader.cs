using System.Net;

namespace Resilience.Http;

/// <summary>Reads response bodies of known length as part of the attempt, so that one which breaks off or stalls counts as a failed attempt.</summary>
internal sealed class ResponseBodyReader(ResilientClient client, Live<RetryOptions> options)
{
    /// <summary>Buffers the body if its length is known and within the limit. Nothing is thrown before the task is awaited.</summary>
    /// <returns>Null if there may be a body that is left to the caller.</returns>
    public Task? ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return response.Content.Headers.ContentLength switch
            {
                0 => Task.CompletedTask,
                _ when HasNoBody(response) => Task.CompletedTask,
                { } length when ShouldRead(response, length) => response.Content.LoadIntoBufferAsync(cancellationToken),
                _ => null,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException(e);
        }
    }

    /// <summary>
    /// Why an attempt failed whose body was read. If the body of a success breaks off, the response is disposed and it is what the transport
    /// said. A failure stays the failure it is: its status says more than its body, which throws when it is read.
    /// </summary>
    public static Exception? FailureOf(Task reading, HttpResponseMessage response, CancellationToken caller)
    {
        if (reading.IsCompletedSuccessfully)
            return null;

        var failure = Outcome.FailureOf(reading);
        if (failure is HttpRequestException or IOException && !Outcome.Of(response).IsSuccess && !caller.IsCancellationRequested)
        {
            response.Content = new BrokenContent(response.Content, failure);
            return null;
        }

        response.Dispose();
        return failure;
    }

    private bool ShouldRead(HttpResponseMessage response, long length)
        => options.Value is { ResponseBodies: not ResponseBodies.None, MaxBufferedResponseBytes: var limit }
        && length <= limit
        // Else it refuses the response, as it should.
        && length <= client.HttpClient.MaxResponseContentBufferSize;

    // Whatever length it announces (RFC 9110 §6.4.1).
    private static bool HasNoBody(HttpResponseMessage response)
        => response.RequestMessage?.Method == HttpMethod.Head || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified;
}
