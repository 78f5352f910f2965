using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>Where access tokens go if nobody lists origins: where the client belongs, and nowhere that a link leads.</summary>
public sealed class TokenOriginTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://upstream.test/next", null, true)]
    [InlineData("https://UPSTREAM.test:443/", null, true)]
    [InlineData("https://evil.test/", null, false)]
    [InlineData("https://upstream.test:444/", null, false)]
    [InlineData("http://upstream.test/", null, false)]
    [InlineData("http://localhost/", null, false)]
    [InlineData("https://api.test/", "https://api.test/ledger", true)]
    [InlineData("http://api.test/", "http://api.test/ledger", false)]
    [InlineData("https://evil.test/", "urn:ledger", false)]
    public async Task Goes_to_the_base_address_and_the_named_audience(string address, string? audience, bool isSent)
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(options => options.Resource = audience);

        await host.GetAsync(address);

        tokens.Sent.Should().Equal(isSent ? "Bearer token-1" : "");
    }

    [Theory]
    [InlineData("https://[fe80::1%1]/a%20b", true)]
    [InlineData("https://[fe80::1%2]/", false)]
    [InlineData("https://[fe80::1]/", false)]
    public async Task The_same_address_on_another_link_is_another_origin(string address, bool isSent)
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(options => options.AllowedOrigins.Add(new("https://[fe80::1%1]/")));

        await host.GetAsync(address);

        tokens.Sent.Should().Equal(isSent ? "Bearer token-1" : "");
    }

    [Fact]
    public async Task A_base_address_that_an_instance_changes_later_is_not_trusted()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host();
        var client = host.Client;
        client.BaseAddress = new("https://evil.test/");

        using var response = await client.GetAsync("/", Cancelled);

        tokens.Sent.Should().Equal("");
    }

    [Fact]
    public async Task A_base_address_that_is_read_from_a_setting_is_followed()
    {
        var (tokens, address) = (new TokenServers(), new Uri("https://a.test/"));
        using var host = tokens.Host(outside: client => client.ConfigureHttpClient(http => http.BaseAddress = address));
        using var old = host.Client;
        await host.GetAsync();

        address = new("https://b.test/");
        await host.GetAsync();
        // It goes on where it went before.
        using var later = await old.GetAsync("/", Cancelled);
        using var elsewhere = await old.GetAsync("https://c.test/", Cancelled);

        tokens.Sent.Should().Equal("Bearer token-1", "Bearer token-1", "Bearer token-1", "");
    }

    [Fact]
    public async Task A_client_that_belongs_nowhere_stops_the_host()
    {
        using var host = Application(_ => { });

        var starting = () => host.StartAsync(Cancelled);

        (await starting.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*Client 'api': ClientCredentials.AllowedOrigins must list*base address*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Origins_or_an_audience_let_it_start(bool hasOrigins)
    {
        using var host = Application(tokens =>
        {
            if (hasOrigins)
                tokens.AllowedOrigins.Add(new("https://api.test"));
            else
                tokens.Resource = "https://api.test";
        });

        await host.StartAsync(Cancelled);
        await host.StopAsync(Cancelled);
    }

    [Theory]
    [InlineData("https+http://basket", "https", "", true)]
    [InlineData("https+http://basket", "http", "", false)]
    [InlineData("http://basket", "http", "http://basket", true)]
    public async Task Service_discovery_may_say_where_the_base_address_is_found(string address, string scheme, string allowed, bool isSent)
    {
        using var service = new DiscoveredService(
            client =>
            {
                client.AddServiceDiscovery().AddResilience().AddRetry().AddCircuitBreaker().AddClientCredentials(tokens => Configure(tokens, allowed));
                client.Services.AddHttpClient("Resilience.Http.Token:basket").ConfigurePrimaryHttpMessageHandler(TokenIssuer.Always);
            },
            address: address,
            scheme: scheme);

        (await service.GetAsync()).Should().Be(200);
        await service.GetAsync(request => request.RequestUri = new($"{scheme}://evil.test/"));

        service.Authorizations.SkipLast(1).Should().OnlyContain(sent => sent == (isSent ? "Bearer token-1" : ""));
        service.Authorizations.Last().Should().BeEmpty();
    }

    private static IHost Application(Action<ClientCredentialsOptions> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddResilientHttpClient("api").AddClientCredentials(tokens =>
        {
            Configure(tokens, allowed: "");
            configure(tokens);
        });
        return builder.Build();
    }

    private static void Configure(ClientCredentialsOptions tokens, string allowed)
    {
        (tokens.TokenEndpoint, tokens.ClientId, tokens.ClientSecret) = (new("https://login.test/token"), "id", "hush");
        if (allowed.Length > 0)
            tokens.AllowedOrigins.Add(new(allowed));
    }
}
