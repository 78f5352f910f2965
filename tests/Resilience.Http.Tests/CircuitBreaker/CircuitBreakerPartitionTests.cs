using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerPartitionTests
{
    [Fact]
    public async Task Failing_authority_does_not_break_another()
    {
        using var upstream = new ScriptedUpstream((request, _) => new(request.RequestUri!.Host == "bad" ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: upstream);

        await host.GetAsync("https://bad/a");
        await host.GetAsync("https://good/b");

        host.Inside.Circuits.Select(circuit => circuit.ToString()).Should().BeEquivalentTo("https://bad:443: Open", "https://good:443: Closed");
    }

    [Fact]
    public async Task Request_may_choose_its_partition()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: new ScriptedUpstream(503));

        await host.GetAsync(configure: request => request.SetPartition("tenant-7"));

        host.Circuit.Partition.Should().Be("tenant-7");
        (await host.GetAsync()).Should().Be(503);
    }

    [Fact]
    public async Task Options_may_choose_the_partition()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.PartitionBy = request => request.RequestUri!.Segments[1]), primary: new ScriptedUpstream(200));

        await host.GetAsync("/eu/1");
        await host.GetAsync("/us/1");
        await host.GetAsync("/eu/2");

        host.Inside.Circuits.Select(circuit => circuit.Partition).Should().BeEquivalentTo("eu/", "us/");
    }

    [Theory]
    [InlineData(CircuitState.Closed, Retention.None)]
    [InlineData(CircuitState.Open, Retention.WhileThereIsRoom)]
    [InlineData(CircuitState.HalfOpen, Retention.None)]
    [InlineData(CircuitState.Isolated, Retention.Always)]
    internal void A_circuit_that_rejects_calls_is_worth_keeping(CircuitState state, Retention expected)
    {
        var bench = new CircuitBench(new() { ConsecutiveFailures = 1 });
        if (state is CircuitState.Isolated)
            bench.Circuit.Isolate();
        else if (state is not CircuitState.Closed)
            bench.Fail();
        bench.Advance(state is CircuitState.HalfOpen ? 5 : 0);

        ((IPartitionState)bench.Circuit).RetentionAt(bench.Now).Should().Be(expected);
    }

    [Fact]
    public async Task Hosts_beyond_the_most_that_are_remembered_do_not_reject_each_others_calls()
    {
        using var upstream = new ScriptedUpstream((request, _) => new(request.RequestUri!.Host is "fine.test" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable));
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.MaxPartitions) = (1, 2)), primary: upstream);

        foreach (var name in Enumerable.Range(0, 10))
            (await host.GetAsync($"http://{name}.test/")).Should().Be(503);

        (await host.GetAsync("http://fine.test/")).Should().Be(200);
        host.Inside.Circuits.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("http://upstream.test", "http://upstream.test:80")]
    [InlineData("http://upstream.test:80/", "http://upstream.test:80")]
    [InlineData("http://upstream.test:80", "http://upstream.test:80")]
    [InlineData("http://upstream.test/v1/?id=7", "http://upstream.test:80")]
    [InlineData("upstream.test", "http://upstream.test:80")]
    [InlineData("Upstream.test:80", "http://upstream.test:80")]
    public async Task Can_be_isolated_before_its_first_call(string partition, string name)
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(), primary: new ScriptedUpstream(200));

        host.Inside.GetCircuit(partition).Isolate();

        var call = () => host.GetAsync();
        (await call.Should().ThrowAsync<CircuitOpenException>()).Which.Partition.Should().Be(name);
        host.Inside.GetCircuit(partition).Close();
        (await call()).Should().Be(200);
    }

    [Theory]
    [InlineData("tenant-7")]
    [InlineData("upstream.test")]
    [InlineData("upstream.test:80")]
    [InlineData("http://upstream.test")]
    [InlineData("http://upstream.test:80")]
    [InlineData("https://shop.test/")]
    [InlineData("*")]
    public async Task Can_be_isolated_by_the_name_that_the_options_choose_whatever_it_looks_like(string name)
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.PartitionBy = _ => name), primary: new ScriptedUpstream(200));

        host.Inside.GetCircuit(name).Isolate();

        await host.Awaiting(it => it.GetAsync()).Should().ThrowAsync<CircuitOpenException>();
        host.Inside.Circuits.Should().ContainSingle();
    }

    [Fact]
    public async Task Is_found_by_a_chosen_name_that_ends_like_a_hash()
    {
        const string Name = "tenant#0123456789abcdef0123456789abcdef";
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.PartitionBy = _ => Name), primary: new ScriptedUpstream(200));
        await host.GetAsync();

        host.Inside.GetCircuit(Name).Isolate();

        await host.Awaiting(it => it.GetAsync()).Should().ThrowAsync<CircuitOpenException>();
    }

    [Theory]
    [InlineData("elsewhere", "http://elsewhere:80")]
    [InlineData("tenant-7", "tenant-7")]
    [InlineData("http://tenant/8", "http://tenant/8")]
    public async Task Is_found_by_its_name_or_by_a_host_that_was_called(string partition, string name)
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(), primary: new ScriptedUpstream(200));
        await host.GetAsync("http://elsewhere/");
        await host.GetAsync(configure: request => request.SetPartition("tenant-7"));
        await host.GetAsync(configure: request => request.SetPartition("http://tenant/8"));

        host.Inside.GetCircuit(partition).Partition.Should().Be(name);

        host.Inside.Circuits.Should().HaveCount(3);
    }

    [Fact]
    public async Task Is_isolated_though_it_was_forgotten_meanwhile()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.MaxPartitions = 1), primary: new ScriptedUpstream(200));
        await host.GetAsync();
        var ghost = host.Circuit;
        await host.GetAsync("http://elsewhere/");

        ghost.Isolate();

        var call = () => host.GetAsync();
        await call.Should().ThrowAsync<CircuitOpenException>();
        ghost.Close();
        (await call()).Should().Be(200);
    }

    [Fact]
    public async Task Is_isolated_though_another_has_taken_its_place()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.MaxPartitions = 1), primary: new ScriptedUpstream(200));
        await host.GetAsync();
        var ghost = host.Circuit;
        await host.GetAsync("http://elsewhere/");
        await host.GetAsync();

        ghost.Isolate();

        var call = () => host.GetAsync();
        await call.Should().ThrowAsync<CircuitOpenException>();
        ghost.Close();
        (await call()).Should().Be(200);
    }

    [Fact]
    public async Task Is_that_of_the_base_address_where_only_its_host_is_named()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(), primary: new ScriptedUpstream((_, _) => new(HttpStatusCode.OK)));
        await host.GetAsync("http://upstream.test:8080/");

        host.Inside.GetCircuit("upstream.test").Partition.Should().Be("http://upstream.test:80");
    }

    [Fact]
    public void Cannot_be_had_of_a_client_without_circuit_breaker()
    {
        using var host = new TestHost(client => client.AddRetry());

        var get = () => host.Inside.GetCircuit("http://upstream");

        get.Should().Throw<InvalidOperationException>().WithMessage("*'test'*no circuit breaker*http://upstream*");
    }
}
