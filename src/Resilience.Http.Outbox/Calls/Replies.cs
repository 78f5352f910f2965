using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>What callers get.</summary>
internal static class Replies
{
    /// <summary>The receipt, in the form that the options choose.</summary>
    /// <param name="client">Whose call it is.</param>
    /// <param name="request">The request of the call.</param>
    /// <param name="row">What is kept.</param>
    /// <param name="reason">Why.</param>
    /// <param name="tried">What the call came to; null if nothing was sent.</param>
    public static HttpResponseMessage Kept(OutboxClient client, HttpRequestMessage request, OutboxRow row, string reason, TryOutcome? tried)
    {
        if (client.Options.Reply is OutboxReply.Exception)
            throw new OutboxKeptException(client.Name, row, reason, tried?.Exception) { Attempts = tried is null ? 0 : AttemptsOf(request, tried) };

        // With a body: an empty response that is made after the call's time is over would become a cancellation.
        var content = new ByteArrayContent([.. "{\"outbox\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(row.Id), .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new(HttpStatusCode.Accepted) { Content = content, RequestMessage = request, Version = request.Version };
    }

    /// <summary>What really happened.</summary>
    public static HttpResponseMessage Original(HttpResponseMessage? response, TryOutcome tried)
    {
        if (response is null)
            ExceptionDispatchInfo.Throw(tried.Exception!);
        return response;
    }

    private static int AttemptsOf(HttpRequestMessage request, TryOutcome tried) => (tried.Exception as ResilienceException)?.Attempts ?? request.GetAttempt();
}
