using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class DefaultsConfigurationTests
{
    [Fact]
    public void Sets_values_and_adds_policies()
    {
        using var host = Configured(("Retry:MaxRetries", "5"), ("IdempotencyKey:HeaderName", "X-Key"));

        host.ChainOf("orders").Should().Contain("IdempotencyKey (X-Key, Raw) → Retry (5 times");
    }

    [Fact]
    public void Gives_way_to_code()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(
            DefaultsHost.Configuration(("Defaults:Retry:MaxRetries", "5")).GetSection("Resilience:Defaults"), standard => standard.Retry.MaxRetries++));

        host.ChainOf("orders").Should().Contain("Retry (6 times");
    }

    [Fact]
    public async Task Changes_reach_every_client_and_keep_its_state()
    {
        var configuration = DefaultsHost.Configuration(("Defaults:CircuitBreaker:ConsecutiveFailures", "1"), ("Defaults:Retry:MaxRetries", "0"));
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(configuration.GetSection("Resilience:Defaults")), 503);
        await host.GetAsync("orders");
        host.Client("carts").Dispose();

        configuration["Resilience:Defaults:AttemptTimeout:Timeout"] = "00:00:03";
        configuration.Reload();

        host.Registry.All.Should().HaveCount(2).And.OnlyContain(client => client.ToString().EndsWith("AttemptTimeout (3 s)", StringComparison.Ordinal));
        host.Registry["orders"].Circuits.Single().State.Should().Be(CircuitState.Open);
    }

    [Theory]
    [InlineData("Retry:MaxRetries", "500", "Client 'Resilience.Http.Defaults': Retry.MaxRetries must be from 0 to 100, but is 500. It is configured at 'Resilience:Defaults:Retry:MaxRetries'.")]
    [InlineData("Retry:MaxRetriess", "5", "Client 'Resilience.Http.Defaults': configuration key 'Resilience:Defaults:Retry:MaxRetriess' is unknown*")]
    [InlineData("ClientCredentials:Scope", "all", "*configures a policy that the client does not have*")]
    public async Task What_is_invalid_stops_the_host(string key, string value, string message)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilienceDefaults(DefaultsHost.Configuration(($"Defaults:{key}", value)).GetSection("Resilience:Defaults"));
        using var host = builder.Build();

        var starting = () => host.StartAsync(TestContext.Current.CancellationToken);

        await starting.Should().ThrowAsync<OptionsValidationException>().WithMessage(message);
    }

    [Fact]
    public async Task What_is_valid_lets_the_host_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilienceDefaults().AddResilientHttpClient("orders");
        using var host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);

        host.Services.GetRequiredService<ResilienceRegistry>().All.Select(client => client.Name).Should().Equal("orders");
    }

    private static DefaultsHost Configured(params (string Key, string Value)[] values)
        => new(services => services.AddResilienceDefaults(DefaultsHost.Configuration([.. values.Select(value => ($"Defaults:{value.Key}", value.Value))]).GetSection("Resilience:Defaults")));
}
