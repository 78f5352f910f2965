using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

/// <summary>Clients that become known while the program runs.</summary>
public sealed class AddedClientTests : IDisposable
{
    private readonly TestPolicy _policy = new("Mine", PolicyOrder.Inside("Retry", "it must see every attempt"));
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("late:CircuitBreaker:ConsecutiveFailures", "1")]).Build();
    private readonly ServiceProvider _services;

    public AddedClientTests() => _services = new ServiceCollection().AddResilienceRegistry().AddResiliencePolicy(_policy).BuildServiceProvider();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ResilienceRegistry Clients => _services.GetRequiredService<ResilienceRegistry>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Have_the_standard_policies_and_those_that_are_given()
    {
        var upstream = new ScriptedUpstream(503, 200);
        using var added = Clients.Add("late", [], standard => standard.Retry.BaseDelay = TimeSpan.Zero, [_policy]);

        using var response = await SendAsync(added, upstream);

        Clients["late"].Should().BeSameAs(added.Info);
        added.Info.Policies.Select(policy => policy.Name).Should().Equal("TotalTimeout", "Retry", "Mine", "CircuitBreaker", "AttemptTimeout");
        ((int)response.StatusCode, upstream.Attempts.Count).Should().Be((200, 2));
    }

    [Fact]
    public void Are_printed_without_a_chain_of_the_factory()
    {
        using var services = new ServiceCollection().AddResilienceRegistry().AddSingleton<IHttpMessageHandlerFactory>(new NoFactory()).BuildServiceProvider();
        using var added = services.GetRequiredService<ResilienceRegistry>().Add("late", []);

        added.Info.ToString().Should().StartWith("late: TotalTimeout");
    }

    [Fact]
    public void Are_no_clients_for_others_before_they_are_accepted()
    {
        using var sound = Clients.Add("sound", []);
        var (seen, found) = ("", true);

        var adding = () => Clients.Add("late", [], standard =>
        {
            (seen, found) = (string.Join(", ", Clients.All.Select(client => client.Name)), Clients.TryGet("late", out _));
            standard.Retry.MaxRetries = -1;
        });

        adding.Should().Throw<OptionsValidationException>();
        (seen, found).Should().Be(("sound", false));
    }

    [Fact]
    public async Task Follow_their_sections_and_keep_their_state()
    {
        using var added = Clients.Add("late", [_configuration.GetSection("empty"), _configuration.GetSection("late")], standard => standard.Retry.MaxRetries = 0);
        using var response = await SendAsync(added, new ScriptedUpstream(503));

        _configuration["empty:AttemptTimeout:Timeout"] = "00:00:03";
        _configuration.Reload();

        added.Info.Policies[^1].ToString().Should().Be("AttemptTimeout (3 s)");
        added.Info.Circuits.Should().ContainSingle().Which.State.Should().Be(CircuitState.Open);
    }

    // They could register no client for the token endpoint, and that of the factory would follow redirects with the secret.
    [Fact]
    public async Task Send_their_secret_to_the_token_endpoint_alone()
    {
        using var server = WireMockServer.Start();
        server.Given(Request.Create().WithPath("/token")).RespondWith(Response.Create().WithStatusCode(307).WithHeader("Location", "/steal"));
        server.Given(Request.Create().WithPath("/steal")).RespondWith(Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json").WithBody("""{"access_token":"a","token_type":"bearer","expires_in":3600}"""));
        (_configuration["tokens:ClientCredentials:TokenEndpoint"], _configuration["tokens:ClientCredentials:AllowedOrigins:0"]) = ($"{server.Url}/token", "http://upstream.test/");
        (_configuration["tokens:ClientCredentials:ClientId"], _configuration["tokens:ClientCredentials:ClientSecret"]) = ("id", "hush");
        using var added = Clients.Add("late", [_configuration.GetSection("tokens")], null, [ClientCredentialsPolicy.Instance]);
        var upstream = new ScriptedUpstream(200);

        await FluentActions.Awaiting(() => SendAsync(added, upstream)).Should().ThrowAsync<AccessTokenException>();

        server.LogEntries.Select(entry => entry.RequestMessage!.Path).Should().OnlyContain(path => path == "/token");
        upstream.Attempts.Should().BeEmpty();
    }

    [Fact]
    public async Task Go_on_getting_tokens_when_their_first_chain_is_gone()
    {
        using var server = WireMockServer.Start();
        server.Given(Request.Create().WithPath("/token")).RespondWith(Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json").WithBody("""{"access_token":"a","token_type":"bearer","expires_in":0}"""));
        (_configuration["tokens:ClientCredentials:TokenEndpoint"], _configuration["tokens:ClientCredentials:AllowedOrigins:0"]) = ($"{server.Url}/token", "http://upstream.test/");
        (_configuration["tokens:ClientCredentials:ClientId"], _configuration["tokens:ClientCredentials:ClientSecret"]) = ("id", "hush");
        using var added = Clients.Add("late", [_configuration.GetSection("tokens")], null, [ClientCredentialsPolicy.Instance]);

        int[] statuses = [(int)(await SendAsync(added, new ScriptedUpstream(200))).StatusCode, (int)(await SendAsync(added, new ScriptedUpstream(200))).StatusCode];

        statuses.Should().Equal(200, 200);
        server.LogEntries.Should().HaveCount(2);
    }

    [Fact]
    public void Have_a_name_of_their_own()
    {
        using var added = Clients.Add("late", []);

        Clients.Invoking(clients => clients.Add("late", [])).Should().Throw<InvalidOperationException>().WithMessage("*'late'*");
        Clients["late"].Should().BeSameAs(added.Info);
    }

    [Fact]
    public void Are_gone_once_they_are_disposed()
    {
        using var first = Clients.Add("late", [_configuration.GetSection("late")]);
        first.Dispose();
        Clients.TryGet("late", out _).Should().BeFalse();

        using var second = Clients.Add("late", [], standard => standard.AttemptTimeout.Timeout = TimeSpan.FromSeconds(2));
        first.Dispose();

        Clients["late"].Should().BeSameAs(second.Info);
        second.Info.ToString().Should().EndWith("AttemptTimeout (2 s)");
    }

    [Fact]
    public void Are_not_added_with_invalid_options()
    {
        _configuration["late:Retry:MaxRetries"] = "-1";

        Clients.Invoking(clients => clients.Add("late", [_configuration.GetSection("late")])).Should().Throw<OptionsValidationException>().WithMessage("*'late'*Retry.MaxRetries*");

        Clients.All.Should().BeEmpty();
    }

    [Fact]
    public void Takes_nothing_over_from_one_that_was_reloaded_while_it_was_removed()
    {
        Clients.Add("late", []).Dispose();
        // What a reload does that began before and ends now.
        _ = _services.GetRequiredService<IOptionsMonitor<ResilientClientOptions>>().Get("late");

        using var next = Clients.Add("late", []);

        next.Info.ToString().Should().Contain("Retry");
    }

    [Fact]
    public void Keep_their_policies_when_one_of_their_name_is_removed_late()
    {
        using var next = Clients.Add("late", []);

        _services.GetRequiredService<AddedClients>().Remove("late", static _ => { });

        _services.GetRequiredService<IOptionsMonitorCache<ResilientClientOptions>>().Clear();
        _services.GetRequiredService<IOptionsMonitor<ResilientClientOptions>>().Get("late").Policies.Should().NotBeEmpty();
    }

    private static async Task<HttpResponseMessage> SendAsync(AddedClient client, ScriptedUpstream upstream)
    {
        using var invoker = new HttpMessageInvoker(client.CreateHandler(upstream));
        return await invoker.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);
    }

    private sealed class NoFactory : IHttpMessageHandlerFactory
    {
        public HttpMessageHandler CreateHandler(string name) => throw new InvalidOperationException($"{name} was asked for");
    }
}
