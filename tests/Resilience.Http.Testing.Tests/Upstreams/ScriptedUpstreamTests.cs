using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

public sealed class ScriptedUpstreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_the_place_of_the_wire_and_of_nothing_else()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(503).Then(429, retryAfter: 2).Then(200));
        await using var hosted = new Hosted(services => services.AddScriptedUpstream("payments", upstream));

        using var response = await hosted.GetAsync("/charges?limit=3");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts.Select(attempt => attempt.ToString()).Should().Equal(
            "GET https://api.payments.test/charges?limit=3 → 503", "GET https://api.payments.test/charges?limit=3 → 429", "GET https://api.payments.test/charges?limit=3 → 200");
        upstream.Waits[1].Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2)).And.BeLessThan(TimeSpan.FromSeconds(3));
        upstream.RetryReport!.ToString().Should().Be("3 attempts: Final");
    }

    [Fact]
    public async Task Wins_over_a_primary_handler_that_is_chosen_later()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments", client => client.BaseAddress = new("https://api.payments.test/"));
        var upstream = services.AddScriptedUpstream("payments", script => script.Answer(204));
        services.AddHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream(500));
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments").GetAsync("/", Cancelled);

        (response.StatusCode, upstream.Attempts.Count).Should().Be((HttpStatusCode.NoContent, 1));
    }

    [Fact]
    public async Task Is_for_bare_clients_too()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("catalog");
        var upstream = services.AddScriptedUpstream("catalog", script => script.Answer(503).Then(200));
        services.AddResilienceDefaults(standard => standard.Retry.BaseDelay = TimeSpan.Zero);
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("catalog").GetAsync("https://catalog.test/", Cancelled);

        (response.StatusCode, upstream.Attempts.Count).Should().Be((HttpStatusCode.OK, 2));
    }

    [Fact]
    public async Task Is_known_to_a_typed_client_by_the_name_of_its_type()
    {
        var services = new ServiceCollection();
        services.AddHttpClient<Catalog>(client => client.BaseAddress = new("https://catalog.test/"));
        var upstream = services.AddScriptedUpstream(nameof(Catalog), script => script.Answer(200, "books"));
        await using var provider = services.BuildServiceProvider();

        (await provider.GetRequiredService<Catalog>().ReadAsync()).Should().Be("books");

        upstream.Attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Remembers_requests_as_they_were_sent()
    {
        var upstream = new ScriptedUpstream(503, 200);
        await using var hosted = new Hosted(services => services.AddScriptedUpstream("payments", upstream), client => client.AddIdempotencyKey().AddRetry());
        using var body = new StringContent("""{"amount":100}""", Encoding.UTF8, "application/json");

        using var response = await hosted.Clock.AdvanceUntilAsync(hosted.Client.PostAsync("/charges", body, Cancelled));

        upstream.Attempts.Select(attempt => (attempt.Number, attempt.Method, attempt.Path, attempt.Text)).Should().Equal((1, "POST", "/charges", """{"amount":100}"""), (2, "POST", "/charges", """{"amount":100}"""));
        upstream.Attempts.Select(attempt => attempt.Header("content-type")).Should().AllBe("application/json; charset=utf-8");
        upstream.Attempts[1].Header("Idempotency-Key").Should().NotBeNullOrEmpty().And.Be(upstream.Attempts[0].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task Tells_when_by_virtual_time()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(Fault.Delay(TimeSpan.FromSeconds(3))).Then(Reply.Status(503).After(TimeSpan.FromSeconds(1))).Then(200));
        await using var hosted = new Hosted(services => services.AddScriptedUpstream("payments", upstream), client => client.AddRetry(retry => retry.Jitter = Jitter.None));

        using var first = await hosted.GetAsync();
        using var second = await hosted.GetAsync();

        upstream.Attempts.Select(attempt => (attempt.Number, (attempt.SentAt - hosted.Clock.Start).TotalSeconds, (attempt.EndedAt - hosted.Clock.Start)?.TotalSeconds)).Should().Equal((1, 0, 3), (1, 3, 4), (2, 4.25, 4.25));
        upstream.Waits.Should().Equal(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task Prints_what_happened()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(Fault.NoConnection()).Then(200));
        await using var hosted = new Hosted(services => services.AddScriptedUpstream("payments", upstream), client => client.AddRetry(retry => retry.Jitter = Jitter.None));

        using var response = await hosted.GetAsync();

        upstream.ToString().ReplaceLineEndings("\n").Should().Be("GET https://api.payments.test/ → no connection\nwaited 0.25 s\nGET https://api.payments.test/ → 200\n");
    }

    [Fact]
    public async Task Knows_which_responses_were_disposed()
    {
        var upstream = new ScriptedUpstream(200);
        using var other = new HttpMessageInvoker(upstream);

        using var kept = await SendAsync(other);
        (await SendAsync(other)).Dispose();

        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(false, true);
    }

    [Fact]
    public async Task Follows_a_script_that_is_written_anew()
    {
        var upstream = new ScriptedUpstream(503);
        using var client = new HttpMessageInvoker(upstream);
        using var before = await SendAsync(client);

        upstream.Script.Answer(attempt => Reply.Ok(attempt.Path));
        using var after = await SendAsync(client);

        ((int)before.StatusCode, await after.Content.ReadAsStringAsync(Cancelled)).Should().Be((503, "/a"));
    }

    [Fact]
    public void Answers_synchronous_calls()
    {
        using var client = new HttpClient(new ScriptedUpstream(script => script.Answer(200, "hello")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");

        using var response = client.Send(request, Cancelled);

        using var reader = new StreamReader(response.Content.ReadAsStream(Cancelled));
        (reader.ReadToEnd(), response.Content.Headers.ContentLength).Should().Be(("hello", 5));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client) => client.SendAsync(new(HttpMethod.Get, "http://upstream.test/a"), Cancelled);

    public sealed class Catalog(HttpClient client)
    {
        public Task<string> ReadAsync() => client.GetStringAsync("/", Cancelled);
    }
}
