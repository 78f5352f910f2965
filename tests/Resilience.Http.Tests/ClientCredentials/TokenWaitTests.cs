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

    private TestHost Host(Func<IResilientHttpClientBuilder, IResilientHttpClientBuilder> between, double total) => _tokens.Host(
        outside: client => between(client
            .AddTotalTimeout(TimeSpan.FromSeconds(total))
            .AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.SlowCallDuration) = (1, TimeSpan.FromSeconds(2)))
            .AddAttemptTimeout(TimeSpan.FromSeconds(1))),
        clock: _clock);

    private async Task<Task<int>> WaitForTokenAsync(TestHost host)
    {
        _tokens.Issuer.Gate = _gate.Task;
        var call = host.GetAsync();
        while (_tokens.Issuer.Requests == 0)
            await Task.Yield();
        _clock.Advance(TokenTakes);
        return call;
    }

    private sealed class PassesOn : DelegatingHandler;
}
