#:project ../src/Resilience.Http

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http;

var services = new ServiceCollection();
services.AddResilientHttpClient("shop", client => client.BaseAddress = new("https://shop.example/"))
    .ConfigurePrimaryHttpMessageHandler(() => new Shop(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK));

await using var provider = services.BuildServiceProvider();
using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop");
using var response = await client.GetAsync("items/1");

Console.WriteLine($"One call, {response.RequestMessage?.GetRetryReport()?.Attempts} attempts, and the answer is {(int)response.StatusCode} {response.StatusCode}.");
return response.IsSuccessStatusCode ? 0 : 1;

/// <summary>A shop in this process instead of a server: whatever it is asked, it gives these answers in turn.</summary>
internal sealed class Shop(params IEnumerable<HttpStatusCode> answers) : HttpMessageHandler
{
    private readonly Queue<HttpStatusCode> _answers = new(answers);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = _answers.Dequeue();
        Console.WriteLine($"{request.Method} {request.RequestUri} → {(int)answer} {answer}");
        return Task.FromResult(new HttpResponseMessage(answer) { RequestMessage = request });
    }
}
