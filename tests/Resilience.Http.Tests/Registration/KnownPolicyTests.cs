using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>Policies that a client has because its configuration names them.</summary>
public sealed class KnownPolicyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Can_be_made_known_before_and_after_the_client(bool before)
    {
        var (calls, registered, services) = (0, new List<string>(), new ServiceCollection());
        var policy = new TestPolicy("Mine", PolicyOrder.Inside("Retry", "it must see every attempt"))
        {
            OnRegister = registered.Add,
            Send = (handler, sent) =>
            {
                calls++;
                return handler.SendOnAsync(sent);
            },
        };

        if (before)
            services.AddResiliencePolicy(policy);
        services.AddResilientHttpClient("api", Configuration(("Mine:Number", "7")).GetSection("api")).ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream(503, 200));
        if (!before)
            services.AddResiliencePolicy(policy);
        await using var provider = services.BuildServiceProvider();
        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("api").GetAsync("http://upstream.test/", TestContext.Current.CancellationToken);

        provider.GetRequiredService<ResilienceRegistry>()["api"].Policies.Select(known => known.ToString()[..4]).Should().Equal("Tota", "Retr", "Mine", "Circ", "Atte");
        provider.GetRequiredService<ResilienceRegistry>()["api"].Policies[2].ToString().Should().Be("Mine (7)");
        calls.Should().Be(2);
        registered.Should().Contain("api");
    }

    [Fact]
    public void Stand_as_far_out_as_the_rules_allow_and_in_the_order_in_which_they_were_made_known()
    {
        using var host = new TestHost(client =>
        {
            foreach (var policy in new[] { new TestPolicy("First"), new TestPolicy("Inner", PolicyOrder.Inside("AttemptTimeout", "it must")), new TestPolicy("Second"), new TestPolicy("Unnamed") })
                client.Services.AddResiliencePolicy(policy);
            client.AddResilience(Configuration(("Second:Number", "2"), ("Inner:Number", "3"), ("First:Number", "1")).GetSection("api"));
        });

        host.Inside.Policies.Select(policy => policy.Name).Should().Equal("TotalTimeout", "First", "Second", "Retry", "CircuitBreaker", "AttemptTimeout", "Inner");
    }

    [Fact]
    public void Are_known_once_however_often_they_are_made_known()
    {
        var policy = new TestPolicy("Mine");
        using var host = new TestHost(client => client.Services.AddResiliencePolicy(policy).AddResiliencePolicy(policy).AddHttpClient("test").AddResilience(Configuration(("Yours:Number", "7")).GetSection("api")));

        FluentActions.Invoking(() => host.Inside).Should().Throw<OptionsValidationException>().WithMessage("*known are *, ClientCredentials, Mine. *");
    }

    [Fact]
    public void Stop_the_host_if_their_name_is_taken()
    {
        using var host = new TestHost(client => client.Services.AddResiliencePolicy(new TestPolicy("Retry")).AddHttpClient("test").AddResilience(Configuration(("Retry:MaxRetries", "1")).GetSection("api")));

        FluentActions.Invoking(() => host.Inside).Should().Throw<OptionsValidationException>().WithMessage("Client 'test': two different policies are called 'Retry'*");
    }

    [Theory]
    [InlineData("Mine:Number", "-1", "Client 'test': Mine.Number must not be negative. It is configured at 'api:Mine:Number'.")]
    [InlineData("Mine:Nummer", "1", "Client 'test': configuration key 'api:Mine:Nummer' is unknown; known are Number.")]
    [InlineData("Yours:Number", "1", "Client 'test': configuration key 'api:Yours' is unknown; known are TotalTimeout, *, Mine. Any other policy is made known by its verb, or by AddResiliencePolicy.")]
    public void Are_configured_as_strictly_as_any_other(string key, string value, string message)
    {
        using var host = new TestHost(client => client.Services.AddResiliencePolicy(new TestPolicy("Mine")).AddHttpClient("test").AddResilience(Configuration((key, value)).GetSection("api")));

        FluentActions.Invoking(() => host.Inside).Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values)
        => new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"api:{value.Key}", (string?)value.Value))).Build();
}
