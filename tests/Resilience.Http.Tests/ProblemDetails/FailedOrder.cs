using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Tests;

/// <summary>Calls for order 1 of api.example.org that fail.</summary>
internal static class FailedOrder
{
    public static ScriptedUpstream Answered(int status, string body, string contentType = "application/problem+json")
        => new((_, _) =>
        {
            var response = Response(status, new StringContent(body));
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            return response;
        });

    public static HttpResponseMessage Response(int status, HttpContent content)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        response.Headers.TryAddWithoutValidation("Retry-After", "7");
        content.Headers.TryAddWithoutValidation("Content-Type", "application/problem+json");
        content.Headers.TryAddWithoutValidation("Content-Language", "en");
        content.Headers.TryAddWithoutValidation("Allow", "GET");
        return response;
    }

    /// <summary>The call through nothing but a handler that was made without a container.</summary>
    public static async Task<HttpResponseMessage> GetAsync(HttpMessageHandler upstream, ProblemDetailsMode mode, bool async = true, CancellationToken? cancelled = null)
    {
        using var host = TestHost.Around(new ProblemDetailsHandler(new ProblemDetailsOptions { Mode = mode }), upstream);
        return await host.SendAsync(new(HttpMethod.Get, "https://api.example.org/orders/1"), async, cancelled);
    }
}
