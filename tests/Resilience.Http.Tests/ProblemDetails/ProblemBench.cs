using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Tests;

/// <summary>Calls for order 1 of api.example.org through the handler alone, and upstreams that fail them.</summary>
internal static class ProblemBench
{
    public static StubHandler Answering(int status, string body, string contentType = "application/problem+json")
        => new((_, _) =>
        {
            var response = Failed(status, new StringContent(body));
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            return response;
        });

    public static StubHandler Throwing(Exception failure) => new((_, _) => Task.FromException<HttpResponseMessage>(failure));

    public static HttpResponseMessage Failed(int status, HttpContent content)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        response.Headers.TryAddWithoutValidation("Retry-After", "7");
        content.Headers.TryAddWithoutValidation("Content-Type", "application/problem+json");
        content.Headers.TryAddWithoutValidation("Content-Language", "en");
        content.Headers.TryAddWithoutValidation("Allow", "GET");
        return response;
    }

    public static ProblemDetailsHandler Handler(HttpMessageHandler upstream, ProblemDetailsMode mode)
        => new(new ProblemDetailsOptions { Mode = mode }) { InnerHandler = upstream };

    public static async Task<HttpResponseMessage> SendAsync(
        StubHandler upstream, ProblemDetailsMode mode, bool async = true, CancellationToken? cancellationToken = null)
    {
        using var client = new HttpClient(Handler(upstream, mode), disposeHandler: false);
        return await SendAsync(client, "https://api.example.org/orders/1", async, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string url, bool async, CancellationToken cancelled)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return async ? await client.SendAsync(request, cancelled) : Send(client, request, cancelled);
    }

    private static HttpResponseMessage Send(HttpClient client, HttpRequestMessage request, CancellationToken cancelled) => client.Send(request, cancelled);
}
