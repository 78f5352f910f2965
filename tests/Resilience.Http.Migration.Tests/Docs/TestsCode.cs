using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Resilience.Http.Testing;

namespace Migration.Tests;

/// <summary>A test of the same client with the means of before, and with the test kit.</summary>
internal static class TestsCode
{
    public static async Task<HttpStatusCode> ThereAsync(IServiceCollection services)
    {
        // there
        var time = new FakeTimeProvider();
        services.AddSingleton<TimeProvider>(time);
        services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(() => new StubHandler(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK));
        await using var provider = services.BuildServiceProvider();
        var sending = provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync("https://orders.test/");
        while (!sending.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        using var response = await sending;
        return response.StatusCode;
    }

    public static async Task<HttpStatusCode> HereAsync(IServiceCollection services)
    {
        // here
        var clock = services.AddVirtualClock();
        var upstream = services.AddScriptedUpstream("orders", script => script.Answer(503).Then(200));
        await using var provider = services.BuildServiceProvider();
        var sending = provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync("https://orders.test/");
        using var response = await clock.AdvanceUntilAsync(sending);
        return upstream.Attempts.Count == 2 ? response.StatusCode : HttpStatusCode.Unused;
    }

    internal sealed class StubHandler(params HttpStatusCode[] answers) : HttpMessageHandler
    {
        private readonly Queue<HttpStatusCode> _answers = new(answers);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage(_answers.Dequeue()) { RequestMessage = request });
    }
}
