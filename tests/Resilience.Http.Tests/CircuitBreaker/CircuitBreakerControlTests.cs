using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerControlTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Circuit_can_be_isolated_and_closed_from_outside()
    {
        using var client = new CircuitClient(_ => { }, new StubHandler(200));
        await client.GetAsync("/", _cancelled);

        client.Circuit.Isolate();
        var call = () => client.GetAsync("/", _cancelled);
        (await call.Should().ThrowAsync<CircuitOpenException>()).WithMessage("*is isolated; call Close*").Which.RetryAfter.Should().BeNull();

        client.Circuit.Close();
        (await client.GetAsync("/", _cancelled)).Should().Be(200);
    }

    [Fact]
    public void Client_that_has_not_sent_anything_has_no_circuits()
    {
        using var client = new CircuitClient(_ => { });

        client.Inside.Circuits.Should().BeEmpty();
    }

    [Fact]
    public async Task State_survives_the_handlers()
    {
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, new StubHandler(503));
        await client.GetAsync("/", _cancelled);

        using var fresh = CircuitBreakerPolicy.Instance.CreateHandler(client.Inside.Client)!;
        fresh.InnerHandler = new StubHandler(200);
        using var http = new HttpClient(fresh);

        await FluentActions.Awaiting(() => http.GetAsync("http://upstream", _cancelled)).Should().ThrowAsync<CircuitOpenException>();
    }

    [Fact]
    public async Task State_survives_a_reload_which_takes_effect()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:CircuitBreaker:ConsecutiveFailures", "1")]).Build();
        var services = new ServiceCollection();
        services.AddResilientHttpClient("api", configuration.GetSection("api")).AddCircuitBreaker().ConfigurePrimaryHttpMessageHandler(() => new StubHandler(503));
        await using var provider = services.BuildServiceProvider();
        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        using var response = await http.GetAsync("http://upstream", _cancelled);

        (configuration["api:CircuitBreaker:ConsecutiveFailures"], configuration["api:CircuitBreaker:BreakDuration"]) = ("2", "00:00:30");
        configuration.Reload();

        var circuit = provider.GetRequiredService<ResilienceRegistry>()["api"].Circuits.Single();
        circuit.State.Should().Be(CircuitState.Open);
        circuit.Close();
        using var second = await http.GetAsync("http://upstream", _cancelled);
        circuit.State.Should().Be(CircuitState.Closed);
        using var third = await http.GetAsync("http://upstream", _cancelled);
        circuit.RetryAfter.Should().BeGreaterThan(TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task Observer_is_told_and_cannot_harm_the_call()
    {
        var told = new List<CircuitTransition>();
        using var client = new CircuitClient(
            breaker =>
            {
                breaker.ConsecutiveFailures = 1;
                breaker.OnStateChange = told.Add + new Action<CircuitTransition>(_ => throw new InvalidOperationException("observer"));
            },
            new StubHandler(503));

        (await client.GetAsync("/", _cancelled)).Should().Be(503);

        told.Should().Equal(client.Circuit.History);
        told.Single().Circuit.Should().BeSameAs(client.Circuit);
        client.Log.Should().Contain("Error 3: Client 'test': the callback for CircuitTransition failed.");
    }

    [Fact]
    public void Attempt_timeout_outside_the_circuit_is_refused()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("api").AddAttemptTimeout().AddCircuitBreaker();
        using var provider = services.BuildServiceProvider();

        var create = () => provider.GetRequiredService<ResilienceRegistry>()["api"];

        create.Should().Throw<OptionsValidationException>().WithMessage("*Register AddCircuitBreaker before AddAttemptTimeout;*");
    }
}
