using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class ClientCredentialsOptionsTests
{
    [Theory]
    [InlineData("https://login.test/token", true)]
    [InlineData("http://localhost:8080/token", true)]
    [InlineData("http://login.test/token", false)]
    [InlineData("ftp://localhost/token", false)]
    [InlineData("/token", false)]
    public void Secrets_travel_by_https_or_stay_on_this_machine(string endpoint, bool isInOrder)
    {
        var options = new ClientCredentialsOptions { TokenEndpoint = new(endpoint, UriKind.RelativeOrAbsolute), ClientId = "id", ClientSecret = "hush" };

        new ClientCredentialsOptionsValidator().Validate(null, options).Succeeded.Should().Be(isInOrder);
    }

    [Fact]
    public void What_has_no_default_must_be_said()
    {
        var validating = FluentActions.Invoking(() => new ClientCredentialsHandler(new()));

        validating.Should().Throw<OptionsValidationException>().WithMessage("*TokenEndpoint*ClientId*ClientSecret*");
    }

    [Fact]
    public void Origins_are_absolute()
    {
        var options = new ClientCredentialsOptions { TokenEndpoint = new("https://login.test/"), ClientId = "id", ClientSecret = "hush", AllowedOrigins = { new("api.test", UriKind.Relative) } };

        new ClientCredentialsOptionsValidator().Validate(null, options).FailureMessage.Should().Contain("AllowedOrigins");
    }

    [Fact]
    public void Messages_name_servers_and_no_secrets()
    {
        var options = new ClientCredentialsOptions { TokenEndpoint = new("http://user:hush@login.test/token?key=hush"), ClientId = "id", ClientSecret = "hush", AllowedOrigins = { null!, new("https://user:hush@api.test/") } };

        var message = new ClientCredentialsOptionsValidator().Validate(null, options).FailureMessage;

        message.Should().Contain("but is http://login.test.").And.Contain("but are null, https://api.test.").And.NotContain("hush");
    }

    [Fact]
    public void An_empty_section_has_a_client_for_its_tokens_too()
    {
        using var json = new MemoryStream("""{ "api": { "ClientCredentials": {} } }"""u8.ToArray());
        using var host = new TestHost(client => client.AddResilience(new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("api")).Services
            .Configure<ClientCredentialsOptions>("test", tokens => (tokens.TokenEndpoint, tokens.ClientId, tokens.ClientSecret) = (new("https://login.test/token"), "id", "hush")));

        host.Clients.All.Should().HaveCount(2);
    }

    [Fact]
    public void A_section_of_the_configuration_suffices()
    {
        using var host = new TestHost(client => client.AddResilience(Configuration("one").GetSection("api")));

        host.Inside.ToString().Should().EndWith("AttemptTimeout (10 s) → ClientCredentials (login.test)");
        host.Clients["Resilience.Http.Token:test"].Policies.Should().HaveCount(4);
    }

    [Fact]
    public async Task A_new_secret_gets_a_new_token_and_anything_else_keeps_the_old_one()
    {
        var configuration = Configuration("one");
        var tokens = new TokenServers();
        using var host = tokens.Host(outside: client => client.AddResilience(configuration.GetSection("api")), configure: options => options.ClientSecret = configuration["api:ClientCredentials:ClientSecret"]!);
        await host.GetAsync();
        configuration.Reload();
        await host.GetAsync();
        configuration["api:ClientCredentials:ClientSecret"] = "two";
        configuration.Reload();
        await host.GetAsync();
        SpinWait.SpinUntil(() => tokens.Issuer.Requests == 2, TimeSpan.FromSeconds(20)).Should().BeTrue();

        while (tokens.Sent.Last() != "Bearer token-2")
            await host.GetAsync();

        tokens.Sent.Take(3).Should().Equal("Bearer token-1", "Bearer token-1", "Bearer token-1");
    }

    // The server may not know it yet, or the endpoint not answer: nothing is known against the token that is there.
    [Theory]
    [InlineData("ClientSecret", "two")]
    [InlineData("TokenEndpoint", "https://login.test/other")]
    [InlineData("SendCredentialsInBody", "true")]
    public async Task The_old_token_serves_until_there_is_a_new_one(string setting, string value)
    {
        var configuration = Configuration("one");
        var tokens = new TokenServers();
        using var host = tokens.Host(
            outside: client => client.AddResilience(configuration.GetSection("api")),
            configure: options => configuration.GetSection("api:ClientCredentials").Bind(options));
        await host.GetAsync();
        tokens.Issuer.Answer = _ => TokenIssuer.Json(401, "{}");
        configuration[$"api:ClientCredentials:{setting}"] = value;
        configuration.Reload();

        for (var call = 0; call < 3; call++)
            await host.GetAsync();
        SpinWait.SpinUntil(() => tokens.Issuer.Requests == 2, TimeSpan.FromSeconds(20)).Should().BeTrue();
        await host.GetAsync();

        tokens.Sent.Should().OnlyContain(sent => sent == "Bearer token-1");
    }

    [Fact]
    public void Tokens_outside_retry_stop_the_host()
        => ChainOrder.FindFaults("api", [ClientCredentialsPolicy.Instance, RetryPolicy.Instance])
            .Should().ContainSingle().Which.Should().Contain("Register AddRetry before AddClientCredentials");

    private static IConfigurationRoot Configuration(string secret) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["api:ClientCredentials:TokenEndpoint"] = "https://login.test/token",
        ["api:ClientCredentials:ClientId"] = "id",
        ["api:ClientCredentials:ClientSecret"] = secret,
        ["api:ClientCredentials:AllowedOrigins:0"] = "https://upstream.test/",
    }).Build();
}
