using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CircuitBreakerPartitionTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failing_authority_does_not_break_another()
    {
        using var upstream = new StubHandler((request, _) => new(request.RequestUri!.Host == "bad" ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, upstream);

        await client.GetAsync("https://bad/a", _cancelled);
        await client.GetAsync("https://good/b", _cancelled);

        client.Inside.Circuits.Select(circuit => circuit.ToString()).Should().BeEquivalentTo("https://bad:443: Open", "https://good:443: Closed");
    }

    [Fact]
    public async Task Request_may_choose_its_partition()
    {
        using var client = new CircuitClient(breaker => breaker.ConsecutiveFailures = 1, new StubHandler(503));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetPartition("tenant-7");

        using var response = await client.Http.SendAsync(request, _cancelled);

        client.Circuit.Partition.Should().Be("tenant-7");
        (await client.GetAsync("/", _cancelled)).Should().Be(503);
    }

    [Fact]
    public async Task Options_may_choose_the_partition()
    {
        using var client = new CircuitClient(breaker => breaker.PartitionBy = request => request.RequestUri!.Segments[1], new StubHandler(200));

        await client.GetAsync("/eu/1", _cancelled);
        await client.GetAsync("/us/1", _cancelled);
        await client.GetAsync("/eu/2", _cancelled);

        client.Inside.Circuits.Select(circuit => circuit.Partition).Should().BeEquivalentTo("eu/", "us/");
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
        using var upstream = new StubHandler((request, _) => new(request.RequestUri!.Host is "fine.test" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable));
        using var client = new CircuitClient(breaker => (breaker.ConsecutiveFailures, breaker.MaxPartitions) = (1, 2), upstream);

        foreach (var host in Enumerable.Range(0, 10))
            (await client.GetAsync($"http://{host}.test/", _cancelled)).Should().Be(503);

        (await client.GetAsync("http://fine.test/", _cancelled)).Should().Be(200);
        client.Inside.Circuits.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("http://upstream", "http://upstream:80")]
    [InlineData("http://upstream:80/", "http://upstream:80")]
    [InlineData("http://upstream:80", "http://upstream:80")]
    public async Task Can_be_isolated_before_its_first_call(string partition, string name)
    {
        using var client = new CircuitClient(_ => { }, new StubHandler(200));

        client.Inside.GetCircuit(partition).Isolate();

        var call = () => client.GetAsync("/", _cancelled);
        (await call.Should().ThrowAsync<CircuitOpenException>()).Which.Partition.Should().Be(name);
        client.Inside.GetCircuit(partition).Close();
        (await call()).Should().Be(200);
    }

    [Fact]
    public async Task Is_isolated_though_it_was_forgotten_meanwhile()
    {
        using var client = new CircuitClient(breaker => breaker.MaxPartitions = 1, new StubHandler(200));
        await client.GetAsync("/", _cancelled);
        var ghost = client.Circuit;
        await client.GetAsync("http://elsewhere/", _cancelled);

        ghost.Isolate();

        var call = () => client.GetAsync("/", _cancelled);
        await call.Should().ThrowAsync<CircuitOpenException>();
        ghost.Close();
        (await call()).Should().Be(200);
    }

    [Fact]
    public async Task Is_isolated_though_another_has_taken_its_place()
    {
        using var client = new CircuitClient(breaker => breaker.MaxPartitions = 1, new StubHandler(200));
        await client.GetAsync("/", _cancelled);
        var ghost = client.Circuit;
        await client.GetAsync("http://elsewhere/", _cancelled);
        await client.GetAsync("/", _cancelled);

        ghost.Isolate();

        var call = () => client.GetAsync("/", _cancelled);
        await call.Should().ThrowAsync<CircuitOpenException>();
        ghost.Close();
        (await call()).Should().Be(200);
    }

    [Fact]
    public void Cannot_be_had_of_a_client_without_circuit_breaker()
    {
        using var host = new TestHost(client => client.AddRetry());

        var get = () => host.Inside.GetCircuit("http://upstream");

        get.Should().Throw<InvalidOperationException>().WithMessage("*'test'*no circuit breaker*http://upstream*");
    }
}
