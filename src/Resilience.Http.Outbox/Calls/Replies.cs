using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>What callers get.</summary>
internal static class Replies
{
    /// <summary>The receipt, in the form that the options choose.</summary>
    public static HttpResponseMessage Kept(OutboxClient client, HttpRequestMessage request, OutboxRow row, string reason, Exception? inner)
    {
        if (client.Options.Reply is OutboxReply.Exception)
            throw new OutboxKeptException(client.Name, new(row.Id), reason, inner);

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
}
