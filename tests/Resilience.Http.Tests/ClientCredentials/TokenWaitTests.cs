using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Waiting for a token is the token endpoint's time, not the resource's.</summary>
public sealed class TokenWaitTests
{
    private static readonly TimeSpan TokenTakes = TimeSpan.FromSeconds(5);

    private readonly TokenServers _tokens = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly VirtualClock _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_runs_into_no_attempt_timeout_and_counts_as_no_slow_call(bool hasForeignHandler)
    {
        using var host = Host(client => (hasForeignHandler ? client.AddHttpMessageHandler(() => new PassesOn()).AddResilience() : client), total: 60);

        var call = await WaitForTokenAsync(host);
        _gate.SetResult();

        (await call).Should().Be(200);
        host.Inside.Circuits.Single().State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task The_time_of_the_attempt_begins_when_the_token_is_there()
    {
        using var host = Host(client => client, total: 60);
        _tokens.Hold = _ => new TaskCompletionSource().Task;

        var call = await WaitForTokenAsync(host);
        _gate.SetResult();
        while (_tokens.Resource.Attempts.Count == 0 && !call.IsCompleted)
            await Task.Yield();
        _clock.Advance(TimeSpan.FromSeconds(1));

        await call.Awaiting(it => it).Should().ThrowAsync<AttemptTimeoutException>();
        host.Inside.Circuits.Single().State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task The_total_timeout_ends_it_and_the_circuit_of_the_resource_does_not_count_that()
    {
        using var host = Host(client => client, total: 4);

        var call = await WaitForTokenAsync(host);

        await call.Awaiting(it => it).Should().ThrowAsync<TotalTimeoutException>();
        host.Inside.Circuits.Single().State.Should().Be(CircuitState.Closed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_401_that_is_there_is_the_answer_when_the_time_of_the_call_is_up(bool isClientsTimeout)
    {
        using var host = Host(client => client, total: 4, isClients: isClientsTimeout);
        await host.GetAsync();
        _tokens.Answer = _ => TokenServers.Unauthorized();

        var call = await WaitForTokenAsync(host, after: 1);

        (await call).Should().Be(401);
    }

    private TestHost Host(Func<IResilientHttpClientBuilder, IResilientHttpClientBuilder> between, double total, bool isClients = false) => _tokens.Host(
        outside: client => between(Bounded(client, TimeSpan.FromSeconds(total), isClients)
            .AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.SlowCallDuration) = (1, TimeSpan.FromSeconds(2)))
            .AddAttemptTimeout(TimeSpan.FromSeconds(1))),
        clock: _clock);

    private static IResilientHttpClientBuilder Bounded(IResilientHttpClientBuilder client, TimeSpan total, bool isClients)
    {
        if (!isClients)
            return client.AddTotalTimeout(total);

        client.ConfigureHttpClient(it => it.Timeout = total);
        return client;
    }

    private async Task<Task<int>> WaitForTokenAsync(TestHost host, int after = 0)
    {
        _tokens.Issuer.Gate = _gate.Task;
        var call = host.GetAsync();
        while (_tokens.Issuer.Requests == after)
            await Task.Yield();
        _clock.Advance(TokenTakes);
        return call;
    }

    private sealed class PassesOn : DelegatingHandler;
}
