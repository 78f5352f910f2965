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
        using var host = new TestHost(client => client.AddCircuitBreaker(), primary: new ScriptedUpstream(200));
        await host.GetAsync();

        host.Circuit.Isolate();
        var call = () => host.GetAsync();
        (await call.Should().ThrowAsync<CircuitOpenException>()).WithMessage("*is isolated; call Close*").Which.RetryAfter.Should().BeNull();

        host.Circuit.Close();
        (await host.GetAsync()).Should().Be(200);
    }

    [Fact]
    public async Task A_partition_can_be_isolated_before_its_first_call_though_its_name_ends_like_a_hash()
    {
        const string Name = "etag#d41d8cd98f00b204e9800998ecf8427e";
        using var host = new TestHost(client => client.AddCircuitBreaker(), primary: new ScriptedUpstream(200));

        host.Inside.GetCircuit(Name).Isolate();

        await host.Awaiting(it => it.GetAsync(configure: request => request.SetPartition(Name))).Should().ThrowAsync<CircuitOpenException>();
    }

    [Fact]
    public void Client_that_has_not_sent_anything_has_no_circuits()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker());

        host.Inside.Circuits.Should().BeEmpty();
    }

    [Fact]
    public async Task State_survives_the_handlers()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: new ScriptedUpstream(503));
        await host.GetAsync();

        using var fresh = CircuitBreakerPolicy.Instance.CreateHandler(host.Inside.Client)!;
        fresh.InnerHandler = new ScriptedUpstream(200);
        using var http = new HttpClient(fresh);

        await FluentActions.Awaiting(() => http.GetAsync("http://upstream.test/", _cancelled)).Should().ThrowAsync<CircuitOpenException>();
    }

    [Fact]
    public async Task State_survives_a_reload_which_takes_effect()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:CircuitBreaker:ConsecutiveFailures", "1")]).Build();
        using var host = new TestHost(client => client.AddResilience(configuration.GetSection("api")).AddCircuitBreaker(), primary: new ScriptedUpstream(503));
        await host.GetAsync();

        (configuration["api:CircuitBreaker:ConsecutiveFailures"], configuration["api:CircuitBreaker:BreakDuration"]) = ("2", "00:00:30");
        configuration.Reload();

        host.Circuit.State.Should().Be(CircuitState.Open);
        host.Circuit.Close();
        await host.GetAsync();
        host.Circuit.State.Should().Be(CircuitState.Closed);
        await host.GetAsync();
        host.Circuit.RetryAfter.Should().BeGreaterThan(TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task Observer_is_told_and_cannot_harm_the_call()
    {
        var told = new List<CircuitTransition>();
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker =>
            {
                breaker.ConsecutiveFailures = 1;
                breaker.OnStateChange = told.Add + new Action<CircuitTransition>(_ => throw new InvalidOperationException("observer"));
            }),
            primary: new ScriptedUpstream(503));

        (await host.GetAsync()).Should().Be(503);

        told.Should().Equal(host.Circuit.History);
        told.Single().Circuit.Should().BeSameAs(host.Circuit);
        host.Log.Lines.Should().Contain("Error 3: Client 'test': the callback for CircuitTransition failed.");
    }

    [Fact]
    public void Attempt_timeout_outside_the_circuit_is_refused()
    {
        using var host = new TestHost(client => client.AddAttemptTimeout().AddCircuitBreaker());

        var create = () => host.Inside;

        create.Should().Throw<OptionsValidationException>().WithMessage("*Register AddCircuitBreaker before AddAttemptTimeout.*");
    }
}
