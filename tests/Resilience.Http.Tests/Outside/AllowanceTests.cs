using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Outside;

namespace Resilience.Http.Tests;

/// <summary>A policy from elsewhere can do what those of this library do.</summary>
public sealed class AllowanceTests
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:Allowance:Requests", "3")]).Build();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_rejects_requests_without_sending_them(bool async)
    {
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddRetry().AddPolicy(AllowancePolicy.Instance, allowance => allowance.Requests = 1).AddAttemptTimeout(), primary: upstream);
        using var sent = await SendAsync(host, async);

        var rejected = (await FluentActions.Awaiting(() => SendAsync(host, async)).Should().ThrowAsync<AllowanceException>()).Which;

        rejected.Should().BeEquivalentTo(new { Message = "Client 'test': the allowance of http://upstream.test:80 has run out.", Attempts = 0, WasRejected = true, Kind = OutcomeKind.RejectedByLimiter });
        upstream.Attempts.Count.Should().Be(1);
    }

    [Fact]
    public async Task It_has_state_for_every_partition()
    {
        using var host = new TestHost(client => client.AddPolicy(AllowancePolicy.Instance, allowance => allowance.PartitionBy = request => request.RequestUri!.AbsolutePath), primary: new ScriptedUpstream(200, 503));

        await host.GetAsync("/a");
        await host.GetAsync("/a");
        await host.GetAsync("/b", request => request.SetPartition("c"));

        StatesOf(host).All.Select(state => (state.Key, state.Value.Used, state.Value.Failed)).Should().BeEquivalentTo([("/a", 2, 1), ("c", 1, 1)]);
    }

    [Fact]
    public async Task Its_state_outlives_handlers_and_options()
    {
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddPolicy(AllowancePolicy.Instance), primary: new ScriptedUpstream(200));
        await host.GetAsync();

        _configuration["api:Allowance:Requests"] = "1";
        _configuration.Reload();

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<AllowanceException>();
        host.Log.Lines.Should().Contain("Information 1: Client 'test': new options for Allowance are in force.");
    }

    [Fact]
    public async Task Its_state_fails_no_request_of_another_partition_by_being_forgotten()
    {
        using var host = new TestHost(client => client.AddPolicy(AllowancePolicy.Instance, allowance => allowance.MaxPartitions = 1), primary: new ScriptedUpstream(200));
        await host.GetAsync(configure: request => request.SetPartition("broken"));

        await host.GetAsync(configure: request => request.SetPartition("other"));

        StatesOf(host).All.Select(state => state.Key).Should().Equal("other");
        host.Log.Lines.Should().Contain(line => line.Contains("the callback for IEvictable failed"));
    }

    [Fact]
    public async Task Its_idle_state_is_forgotten_unless_it_must_not_be()
    {
        using var host = new TestHost(client => client.AddPolicy(AllowancePolicy.Instance, allowance => (allowance.Requests, allowance.IdleEviction) = (1, TimeSpan.FromMinutes(1))), primary: new ScriptedUpstream(200));
        await host.GetAsync(configure: request => request.SetPartition("idle"));
        await host.GetAsync(configure: request => request.SetPartition("run out"));
        await Record.ExceptionAsync(() => host.GetAsync(configure: request => request.SetPartition("run out")));

        host.Clock.Advance(TimeSpan.FromMinutes(2));
        // An earlier sweep may still be under way; then a later call begins the next one.
        for (var i = 0; i < 200 && StatesOf(host).All.Any(state => state.Key == "idle"); i++)
        {
            await host.GetAsync(configure: request => request.SetPartition($"new {i}"));
            await Task.Yield();
        }

        StatesOf(host).All.Select(state => state.Key).Should().Contain("run out").And.NotContain("idle");
    }

    [Fact]
    public async Task Its_partitions_are_bounded()
    {
        using var host = new TestHost(client => client.AddPolicy(AllowancePolicy.Instance, allowance => allowance.MaxPartitions = 1), primary: new ScriptedUpstream(200));

        foreach (var partition in new[] { "a", "b", "c" })
            await host.GetAsync(configure: request => request.SetPartition(partition));

        StatesOf(host).All.Select(state => (state.Key, state.Value.Used)).Should().Equal(("c", 1));
    }

    [Fact]
    public async Task What_it_rejects_is_no_failure_of_the_server_and_becomes_a_problem()
    {
        using var host = new TestHost(
            client => client.AddProblemDetails().AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddPolicy(AllowancePolicy.Instance, allowance => allowance.Requests = 1),
            primary: new ScriptedUpstream(200));
        await host.GetAsync();

        var problem = (await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<ProblemDetailsException>()).Which;

        problem.Should().BeEquivalentTo(new { Kind = OutcomeKind.RejectedByLimiter, RetryAfter = TimeSpan.FromDays(1), Attempts = 0 });
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Its_events_reach_whoever_observes_the_clients()
    {
        var events = new List<ClientEvent>();
        using var host = new TestHost(client => client.AddPolicy(AllowancePolicy.Instance, allowance => allowance.Requests = 1), primary: new ScriptedUpstream(200));
        using var subscription = host.Clients.Changes.Subscribe(new Observer(events));

        await host.GetAsync();
        await Record.ExceptionAsync(() => host.GetAsync());

        events.Should().ContainSingle().Which.Should().BeOfType<AllowanceRunOut>().Which.Should().BeEquivalentTo(new { Client = "test", Partition = "http://upstream.test:80", At = host.Clock.GetUtcNow() });
    }

    [Theory]
    [InlineData("Requests", "0", "Client 'test': Allowance.Requests must be from 1 to 1000, but is 0. It is configured at 'api:Allowance:Requests'.")]
    [InlineData("IdleEviction", "00:00:00", "Client 'test': Allowance.IdleEviction must be from 00:00:01 to 1.00:00:00, but is 00:00:00. It is configured at 'api:Allowance:IdleEviction'.")]
    [InlineData("Request", "1", "Client 'test': configuration key 'api:Allowance:Request' is unknown; known are Requests, IdleEviction, MaxPartitions.")]
    public void It_is_configured_as_strictly_as_any_other(string key, string value, string message)
    {
        _configuration[$"api:Allowance:{key}"] = value;
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddPolicy(AllowancePolicy.Instance));

        FluentActions.Invoking(() => host.Inside).Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Fact]
    public async Task It_works_without_a_container()
    {
        using var invoker = new HttpMessageInvoker(new AllowanceHandler(new() { Requests = 1 }, new() { Name = "alone" }) { InnerHandler = new ScriptedUpstream(200) });
        using var sent = await invoker.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        var sending = () => invoker.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), Cancelled);

        await sending.Should().ThrowAsync<AllowanceException>().WithMessage("Client 'alone'*");
        FluentActions.Invoking(() => new AllowanceHandler(new AllowanceOptions { Requests = 0 })).Should().Throw<OptionsValidationException>().WithMessage("AllowanceOptions.Requests must be from 1 to 1000, but is 0.");
    }

    private static PartitionStates<Allowance> StatesOf(TestHost host) => host.Inside.Find<AllowanceOptions, PartitionStates<Allowance>>(AllowancePolicy.Instance)!;

    private static Task<HttpResponseMessage> SendAsync(TestHost host, bool async) => host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async);

    private sealed class Observer(List<ClientEvent> events) : IObserver<ClientEvent>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => throw new NotSupportedException();

        public void OnNext(ClientEvent value) => events.Add(value);
    }
}
