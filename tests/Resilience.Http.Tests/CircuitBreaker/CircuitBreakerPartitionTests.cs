using System.Net;

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
    [InlineData(CircuitState.Closed, true)]
    [InlineData(CircuitState.Open, false)]
    [InlineData(CircuitState.HalfOpen, true)]
    [InlineData(CircuitState.Isolated, false)]
    public void Only_a_circuit_that_holds_nothing_back_may_be_forgotten(CircuitState state, bool expected)
    {
        var bench = new CircuitBench(new() { ConsecutiveFailures = 1 });
        if (state is CircuitState.Isolated)
            bench.Circuit.Isolate();
        else if (state is not CircuitState.Closed)
            bench.Fail();
        bench.Advance(state is CircuitState.HalfOpen ? 5 : 0);

        ((IPartitionState)bench.Circuit).CanBeForgotten(bench.Now).Should().Be(expected);
    }
}
