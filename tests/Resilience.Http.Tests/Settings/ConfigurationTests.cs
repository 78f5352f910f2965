using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly LogRecorder _log = new();
    private readonly List<ServiceProvider> _providers = [];

    public void Dispose()
    {
        _providers.ForEach(provider => provider.Dispose());
        _log.Dispose();
    }

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
    [InlineData("Retry:MaxRetriess", "5", "Client 'payments': configuration key 'Resilience:payments:Retry:MaxRetriess' is unknown; known are MaxRetries, BaseDelay, MaxDelay, *")]
    [InlineData("Retry:ShouldRetry", "5", "Client 'payments': configuration key 'Resilience:payments:Retry:ShouldRetry' is of no use, because ShouldRetry can be set in code only.")]
    [InlineData("Retry:MaxRetries", "", "Client 'payments': configuration key 'Resilience:payments:Retry:MaxRetries' is empty; give it a value or remove it.")]
    [InlineData("Retry:MaxRetries", "many", "Client 'payments': configuration section 'Resilience:payments:Retry': *'…'*'Resilience:payments:Retry:MaxRetries'*")]
    [InlineData("Retry:Budget", "100", "Client 'payments': configuration section 'Resilience:payments:Retry': Budget must be a section or 'off', but is another value.")]
    [InlineData("Retry", "4", "Client 'payments': configuration key 'Resilience:payments:Retry' must be a section with settings, but is a single value.")]
    [InlineData("Retry:MaxRetries", "500", "Client 'payments': Retry.MaxRetries must be from 0 to 100, but is 500. It is configured at 'Resilience:payments:Retry:MaxRetries'.")]
    [InlineData("Retry:Budget:Capacity", "0", "Client 'payments': Retry.Budget.Capacity must be from 1 to 1000000, but is 0. It is configured at 'Resilience:payments:Retry:Budget:Capacity'.")]
    [InlineData("Retry:Jitter", "7", "Client 'payments': Retry.Jitter must be a value of Jitter, but is 7. It is configured at 'Resilience:payments:Retry:Jitter'.")]
    [InlineData("IdempotencyKey:HeaderName", "My Key", "Client 'payments': IdempotencyKey.HeaderName must be the name of a header, of 1 to 64 characters. It is *")]
    [InlineData("TokenBucket:Burst", "5", "Client 'payments': TokenBucket.PermitsPerSecond must be set, as it has no default, to a value from 0.000001 to 1000000, but is 0.")]
    [InlineData("Retrie:MaxRetries", "5", "*Client 'payments': configuration key 'Resilience:payments:Retrie' is unknown; known are TotalTimeout*")]
    [InlineData("Retry:Budget:Capasity", "5", "Client 'payments': configuration section 'Resilience:payments:Retry': *Capasity*")]
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

    [Fact]
    public void Follows_changes_and_keeps_the_last_good_values_through_a_bad_one()
    {
        var (configuration, inside) = Reloadable(("Retry:MaxRetries", "5"));
        var options = inside.Client.ContextOf(RetryPolicy.Instance).Live;

        Change(configuration, "Retry:MaxRetries", "101");
        var afterBad = options.Value.MaxRetries;
        Change(configuration, "Retry:MaxRetries", "7");

        afterBad.Should().Be(5);
        options.Value.MaxRetries.Should().Be(7);
        _log.Lines.Should().Contain(line => line.StartsWith("Error 2: Client 'payments': its changed configuration is rejected") && line.Contains("MaxRetries must be from 0 to 100, but is 101"));
    }

    [Theory]
    [InlineData("AttemptTimeout:Timeout", "00:00:00", "AttemptTimeout.Timeout must be from")]
    [InlineData("Retries:MaxRetries", "6", "'Resilience:payments:Retries' is unknown")]
    [InlineData("TokenBucket:PermitsPerSecond", "6", "a policy that the client does not have")]
    public void Takes_a_change_as_a_whole_or_not_at_all(string key, string value, string fault)
    {
        var (configuration, inside) = Reloadable(("Retry:MaxRetries", "5"));
        var before = inside.ToString();
        configuration["Resilience:payments:Retry:MaxRetries"] = "7";

        Change(configuration, key, value);
        configuration.Reload();

        inside.ToString().Should().Be(before);
        _log.Lines.Should().ContainSingle().Which.Should().Contain(fault);
    }

    [Fact]
    public void Applies_what_was_refused_once_the_rest_is_in_order()
    {
        var (configuration, inside) = Reloadable(("Retry:MaxRetries", "5"));
        configuration["Resilience:payments:AttemptTimeout:Timeout"] = "00:00:00";
        Change(configuration, "Retry:MaxRetries", "7");

        Change(configuration, "AttemptTimeout:Timeout", "00:00:03");

        inside.ToString().Should().Contain("7 times").And.Contain("AttemptTimeout (3 s)");
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

    [Fact]
    public void Tells_of_the_policies_that_changed_and_of_no_others()
    {
        var (configuration, inside) = Reloadable(("Retry:MaxRetries", "5"));
        inside.Policies.Should().HaveCount(4);

        Change(configuration, "Retry:MaxRetries", "7");
        configuration.Reload();

        _log.Lines.Should().Equal("Information 1: Client 'payments': new options for Retry are in force.");
    }

    [Fact]
    public void Keeps_the_last_good_values_when_code_that_sets_options_fails()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Resilience:payments:Retry:MaxRetries", (string?)"5")]).Build();
        var inside = Open(configuration, client => client.AddRetry(retry => retry.MaxDelay = retry.MaxRetries == 5 ? retry.MaxDelay : throw new KeyNotFoundException()));
        var options = inside.Client.ContextOf(RetryPolicy.Instance).Live;

        var changing = () => Change(configuration, "Retry:MaxRetries", "6");

        changing.Should().NotThrow();
        options.Value.MaxRetries.Should().Be(5);
    }

    [Fact]
    public void Keeps_the_state_through_a_reload()
    {
        var (configuration, inside) = Reloadable(("Retry:Budget:Capacity", "50"));
        using var handler = new RetryHandler(inside.Client.ContextOf(RetryPolicy.Instance));
        var budgets = inside.Find<RetryOptions, RetryBudgets>(RetryPolicy.Instance)!;
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        var attempt = Attempts.Begin(inside.Client.Context, request, TestContext.Current.CancellationToken);
        attempt.Snapshot.Take(request, now: 0);
        budgets.Of(attempt).TryTake(OutcomeKind.Unavailable);

        Change(configuration, "Retry:Budget:Capacity", "60");

        budgets.Of(attempt).Level.Should().Be(49);
    }

    private ResilientClientInfo Client(Dictionary<string, string?> values, Action<IResilientHttpClientBuilder>? policies = null)
        => Open(new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Resilience:payments:{value.Key}", value.Value))).Build(), policies);

    private (IConfigurationRoot Configuration, ResilientClientInfo Inside) Reloadable((string Key, string Value) initial)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Resilience:payments:{initial.Key}", (string?)initial.Value)]).Build();
        return (configuration, Open(configuration, null));
    }

    private ResilientClientInfo Open(IConfigurationRoot configuration, Action<IResilientHttpClientBuilder>? policies)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_log));
        var builder = services.AddResilientHttpClient("payments", configuration.GetSection("Resilience:payments"));
        policies?.Invoke(builder);
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<ResilienceRegistry>()["payments"];
    }

    private static void Change(IConfigurationRoot configuration, string key, string value)
    {
        configuration[$"Resilience:payments:{key}"] = value;
        configuration.Reload();
    }
}
