using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

public sealed class RedirectTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301, "POST", "GET ")]
    [InlineData(302, "POST", "GET ")]
    [InlineData(302, "PUT", "PUT body")]
    [InlineData(303, "PUT", "GET ")]
    [InlineData(307, "POST", "POST body")]
    [InlineData(308, "POST", "POST body")]
    public async Task Are_followed_as_over_a_socket(int status, string method, string followed)
    {
        Action<UpstreamScript> script = script => script.Answer(Reply.Status(status).WithHeader("Location", "/new")).Then(attempt => Reply.Ok($"{attempt.Method} {attempt.Text}"));
        await using var server = ScriptedServer.Start(script);
        using var inMemory = new HttpClient(new ScriptedUpstream(script));
        using var wire = new HttpClient();

        (await SendAsync(inMemory, method, new("http://upstream.test/"))).Should().Be(followed);
        (await SendAsync(wire, method, server.Url)).Should().Be(followed);
    }

    [Fact]
    public async Task Are_not_followed_where_production_does_not()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(Fault.Redirect("/new")));
        await using var hosted = new Hosted(
            services => services.AddScriptedUpstream("payments", upstream),
            client => client.Configure(http => http.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false })).AddRetry());

        using var response = await hosted.GetAsync();

        (response.StatusCode, upstream.Attempts.Count).Should().Be((HttpStatusCode.Redirect, 1));
    }

    [Fact]
    public async Task Belong_to_the_attempt_that_was_redirected()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(Fault.Redirect("/new")).Then(503).Then(200));
        await using var hosted = new Hosted(services => services.AddScriptedUpstream("payments", upstream));

        using var response = await hosted.GetAsync("/old");

        upstream.Attempts.Select(attempt => (attempt.Number, attempt.Path, attempt.IsRedirected)).Should().Equal((1, "/old", false), (1, "/new", true), (2, "/old", false));
        upstream.Waits.Should().ContainSingle();
    }

    private static async Task<string> SendAsync(HttpClient client, string method, Uri url)
    {
        using var request = new HttpRequestMessage(new(method), url) { Content = new StringContent("body") };
        using var response = await client.SendAsync(request, Cancelled);
        return await response.Content.ReadAsStringAsync(Cancelled);
    }
}
