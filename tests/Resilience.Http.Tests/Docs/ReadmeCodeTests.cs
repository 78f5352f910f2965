using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What the READMEs show does what they say.</summary>
public sealed class ReadmeCodeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Clients_are_valid()
    {
        var services = new ServiceCollection();
        ReadmeCode.Opening(services);
        ReadmeCode.FirstClient(services);
        using var standalone = ReadmeCode.Order(services, new byte[32]);
        AdviceReadmeCode.OwnReader(services);
        RateLimitingReadmeCode.Opening(services);
        ClientCredentialsReadmeCode.Register(services, new ConfigurationBuilder().AddInMemoryCollection([new("Ledger:ClientId", "id"), new("Ledger:ClientSecret", "secret")]).Build());
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<ResilienceRegistry>().All.Select(client => client.Name).Should().BeEquivalentTo(
            "github", "payments", "CatalogClient", "orders", "signed", "charges", "LegacyClient", "legacy", "llm", "ledger", "Resilience.Http.Token:ledger");
    }

    [Fact]
    public async Task Looking_inside_isolates_a_circuit()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream(200));
        await using var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<ResilienceRegistry>();
        using var watching = TelemetryReadmeCode.Watch(registry);
        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments").GetAsync("http://upstream.test/", Cancelled);

        ReadmeCode.LookingInside(provider);

        registry["payments"].Circuits.Select(circuit => circuit.ToString()).Should().BeEquivalentTo("http://upstream.test:80: Closed", "https://api.stripe.com:443: Isolated");
        registry.ToString().Should().StartWith("payments: TotalTimeout (30 s) → Retry");
    }

    [Fact]
    public void Every_profile_has_its_row()
    {
        var rows = new Readme("src/Resilience.Http/IdempotencyKey/README.md").Text.Split('\n').SkipWhile(line => line != "## Profiles").Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Take(IdempotencyProfile.Shipped.Count);

        rows.Should().Equal(IdempotencyProfile.Shipped.Select(profile => $"| `{profile.Name}` | {HeaderOf(profile)} | {string.Join(", ", profile.Methods)} | {RetentionOf(profile)} | {profile.Stores} |"));

        static string HeaderOf(IdempotencyProfile profile) => profile.Carrier is IdempotencyKeyCarrier.Header ? $"`{profile.HeaderName}`" : "in the body";

        static string RetentionOf(IdempotencyProfile profile) => profile.Retention is { } time ? $"{time.TotalHours} hours" : "not published";
    }

    [Fact]
    public void Configuration_is_bound()
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(new Readme("README.md").Blocks("json").Single()));
        var services = new ServiceCollection();
        ReadmeCode.Configuration(services, new ConfigurationBuilder().AddJsonStream(json).Build());
        using var provider = services.BuildServiceProvider();

        var chain = provider.GetRequiredService<ResilienceRegistry>()["payments"].ToString();

        chain.Should().StartWith("payments: TotalTimeout (20 s) → Retry (4 times, 0.5 to 20 s, Full jitter)")
            .And.EndWith("TokenBucket (25 a second, burst 50) → AttemptTimeout (10 s)");
    }

    [Fact]
    public async Task Requests_can_be_sent_with_all_settings()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddStandardPolicies(), primary: new ScriptedUpstream(404), clock: new VirtualClock());
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");

        ReadmeCode.PerRequest(request, Repository.PathOf("README.md"));
        using var response = await host.Client.SendAsync(request, Cancelled);
        await ProblemDetailsReadmeCode.ReadAsync(host.Client);

        host.Inside.Circuits.Select(circuit => circuit.Partition).Should().BeEquivalentTo("tenant-7", "http://upstream.test:80");
    }

    [Fact]
    public async Task Failures_are_passed_on()
    {
        using var host = new TestHost(primary: new ScriptedUpstream(script => script.Answer(Reply.Throw(new HttpRequestException(HttpRequestError.ConnectionError)))));

        using var response = await ProblemDetailsReadmeCode.PassOnAsync(host.Client);

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task Own_readers_are_asked()
    {
        var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("Please try again in a minute.") };
        using var host = new TestHost(client => client.AddStandardPolicies().AddAdvice(new AdviceReadmeCode.BusyPage()), primary: new ScriptedUpstream((_, _) => busy));

        using var answer = await host.Client.GetAsync("/", Cancelled);

        host.Inside.Advice.Single().Advice.RetryAfter.Should().Be(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Own_policies_act_on_every_attempt()
    {
        var tries = new List<string>();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new VirtualClock { LongestJump = TimeSpan.MaxValue });
        ResilienceHttpReadmeCode.Use(services);
        services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream((request, _) =>
        {
            tries.Add(request.Headers.GetValues("X-Try").Single());
            return new(tries.Count == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        }));
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync("http://upstream.test/", Cancelled);

        tries.Should().Equal("1", "2");
        provider.GetRequiredService<ResilienceRegistry>()["orders"].ToString().Should().EndWith("→ AttemptHeader (X-Try)");
    }
}
