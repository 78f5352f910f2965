using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly List<TestHost> _hosts = [];

    public void Dispose() => _hosts.ForEach(host => host.Dispose());

    [Fact]
    public void Sets_the_values_of_the_standard_policies()
    {
        var inside = Client(new() { ["Retry:MaxRetries"] = "5", ["Retry:Budget:Capacity"] = "7", ["AttemptTimeout:Timeout"] = "00:00:02", ["TotalTimeout:Timeout"] = "00:00:09" });

        inside.ToString().Should().Contain("TotalTimeout (9 s) → Retry (5 times").And.Contain("AttemptTimeout (2 s)");
        inside.Client.ContextOf(RetryPolicy.Instance).Options.Budget!.Capacity.Should().Be(7);
    }

    [Fact]
    public void Adds_a_policy_that_has_a_section_to_the_standard_set()
        => Client(new() { ["IdempotencyKey:HeaderName"] = "X-Key" }).ToString().Should().Contain("IdempotencyKey (X-Key, Raw) → Retry");

    [Fact]
    public void Adds_a_policy_with_its_defaults_by_an_empty_object()
    {
        using var json = new MemoryStream("""{ "Resilience": { "payments": { "ProblemDetails": {} } } }"""u8.ToArray());

        var inside = Open(new ConfigurationBuilder().AddJsonStream(json).Build(), null);

        inside.ToString().Should().Contain("ProblemDetails (Throw) → Retry");
    }

    [Fact]
    public void Sets_the_values_of_typed_clients_and_of_those_that_something_else_registers()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("api:Retry:MaxRetries", (string?)"5")]).Build().GetSection("api");
        var services = new ServiceCollection();
        services.AddResilientHttpClient<ReadmeCode.CatalogClient>(section);
        services.AddHttpClient("legacy").AddResilience(section);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<ResilienceRegistry>().All.Should().HaveCount(2).And.OnlyContain(client => client.ToString().Contains("5 times"));
    }

    [Fact]
    public void Gives_way_to_code_that_comes_after()
        => Client(new() { ["Retry:MaxRetries"] = "5" }, client => client.AddRetry(retry => retry.MaxRetries = 6)).ToString().Should().Contain("6 times");

    [Theory]
    [InlineData("Retry:MaxRetriess", "5", "Client 'test': configuration key 'Resilience:payments:Retry:MaxRetriess' is unknown; known are MaxRetries, BaseDelay, MaxDelay, *")]
    [InlineData("Retry:ShouldRetry", "5", "Client 'test': configuration key 'Resilience:payments:Retry:ShouldRetry' is of no use, because ShouldRetry can be set in code only.")]
    [InlineData("Retry:MaxRetries", "", "Client 'test': configuration key 'Resilience:payments:Retry:MaxRetries' is empty; give it a value or remove it.")]
    [InlineData("Retry:MaxRetries", "many", "Client 'test': configuration section 'Resilience:payments:Retry': *'…'*'Resilience:payments:Retry:MaxRetries'*")]
    [InlineData("Retry:BaseDelay", "500ms", "Client 'test': configuration section 'Resilience:payments:Retry': *'…'*'Resilience:payments:Retry:BaseDelay'* A duration is written 00:00:30, or 00:00:00.500.")]
    [InlineData("TokenBucket:Limits:hour:Period", "1h", "*'…'*'Resilience:payments:TokenBucket:Limits:hour:Period'* A duration is written 00:00:30, or 00:00:00.500.")]
    [InlineData("Retry:Budget", "100", "Client 'test': configuration section 'Resilience:payments:Retry': Budget must be a section or 'off', but is another value.")]
    [InlineData("Retry", "4", "Client 'test': configuration key 'Resilience:payments:Retry' must be a section with settings, but is a single value.")]
    [InlineData("Retry:MaxRetries", "-5", "Client 'test': Retry.MaxRetries must be from 0 to 2147483647, but is -5. It is configured at 'Resilience:payments:Retry:MaxRetries'.")]
    [InlineData("Retry:Budget:Capacity", "0", "Client 'test': Retry.Budget.Capacity must be from 1 to 1000000, but is 0. It is configured at 'Resilience:payments:Retry:Budget:Capacity'.")]
    [InlineData("Retry:Jitter", "7", "Client 'test': Retry.Jitter must be a value of Jitter, but is 7. It is configured at 'Resilience:payments:Retry:Jitter'.")]
    [InlineData("Retry:Jitter", "false", "Client 'test': configuration key 'Resilience:payments:Retry:Jitter' must be one of None, Equal, Full, Decorrelated.")]
    [InlineData("IdempotencyKey:HeaderName", "My Key", "Client 'test': IdempotencyKey.HeaderName must be the name of a header, of 1 to 64 characters. It is *")]
    [InlineData("TokenBucket:Burst", "5", "Client 'test': TokenBucket.PermitsPerSecond must be set, as it has no default, to a value from 0.000001 to 1000000, but is 0.")]
    [InlineData("Retrie:MaxRetries", "5", "*Client 'test': configuration key 'Resilience:payments:Retrie' is unknown; known are TotalTimeout*")]
    [InlineData("Retry:Budget:Capasity", "5", "Client 'test': configuration section 'Resilience:payments:Retry': *Capasity*")]
    public void Refuses_unknown_keys_and_bad_values(string key, string value, string message)
    {
        var opening = () => Client(new() { [key] = value });

        opening.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Fact]
    public void Refuses_a_section_for_a_policy_that_the_client_does_not_have()
    {
        var opening = () => Client(new() { ["IdempotencyKey:HeaderName"] = "X-Key" }, client => client.AddRetry());

        opening.Should().Throw<OptionsValidationException>().WithMessage("*'Resilience:payments:IdempotencyKey' configures a policy that the client does not have*");
    }

    [Fact]
    public void Refuses_a_section_that_does_not_exist()
    {
        var opening = () => Client([]);

        opening.Should().Throw<OptionsValidationException>().WithMessage("*section 'Resilience:payments' does not exist or is empty*");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("Off")]
    public void Can_turn_the_retry_budget_off(string off)
        => Client(new() { ["Retry:Budget"] = off }).Client.ContextOf(RetryPolicy.Instance).Options.Budget.Should().BeNull();

    [Fact]
    public void Can_turn_the_retry_budget_on_again_in_a_higher_layer()
        => Client(new() { ["Retry:Budget"] = "off", ["Retry:Budget:Capacity"] = "9" }).Client.ContextOf(RetryPolicy.Instance).Options.Budget!.Capacity.Should().Be(9);

    [Fact]
    public void Can_take_back_a_setting_that_may_be_null()
        => Client(new() { ["CircuitBreaker:ConsecutiveFailures"] = "" }).Client.ContextOf(CircuitBreakerPolicy.Instance).Options.ConsecutiveFailures.Should().BeNull();

    private ResilientClientInfo Client(Dictionary<string, string?> values, Action<IResilientHttpClientBuilder>? policies = null)
        => Open(new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Resilience:payments:{value.Key}", value.Value))).Build(), policies);

    private ResilientClientInfo Open(IConfigurationRoot configuration, Action<IResilientHttpClientBuilder>? policies)
    {
        var host = new TestHost(client => (policies ?? (static _ => { }))(client.AddResilience(configuration.GetSection("Resilience:payments"))));
        _hosts.Add(host);
        return host.Inside;
    }
}
