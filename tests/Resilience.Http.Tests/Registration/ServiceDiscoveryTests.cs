using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A service of two endpoints, found by Microsoft.Extensions.ServiceDiscovery; one of them is sick.</summary>
public sealed class ServiceDiscoveryTests
{
    private const int Calls = 30;

    public enum Order
    {
        RetryThenDiscovery,
        DiscoveryInnermost,
        DiscoveryOutermost,
        DiscoveryInTheDefaults,
        StandardPolicies,
    }

    [Theory]
    [InlineData(Order.RetryThenDiscovery)]
    [InlineData(Order.DiscoveryInnermost)]
    [InlineData(Order.DiscoveryOutermost)]
    [InlineData(Order.DiscoveryInTheDefaults)]
    [InlineData(Order.StandardPolicies)]
    public async Task One_sick_endpoint_of_two_fails_no_call(Order order)
    {
        using var service = new DiscoveredService(client => Add(client, order), ofDefaults: order is Order.DiscoveryInTheDefaults);

        var statuses = new List<int>();
        for (var call = 0; call < Calls; call++)
            statuses.Add(await service.GetAsync());

        statuses.Should().OnlyContain(status => status == 200);
        service.Inside.Circuits.Select(circuit => circuit.ToString()).Should().BeEquivalentTo("http://sick.test:80: Open", "http://well.test:80: Closed");
    }

    [Theory]
    [InlineData(Order.DiscoveryInnermost)]
    [InlineData(Order.DiscoveryOutermost)]
    [InlineData(Order.DiscoveryInTheDefaults)]
    public void The_printed_chain_shows_its_place(Order order)
    {
        using var service = new DiscoveredService(client => Add(client, order), ofDefaults: order is Order.DiscoveryInTheDefaults);

        service.Inside.ToString().Should().MatchRegex(@"Retry \([^→]*\) → ServiceDiscovery \(ResolvingHttpDelegatingHandler\) → CircuitBreaker");
    }

    [Fact]
    public void A_chain_without_it_does_not_show_it()
    {
        using var host = new TestHost(primary: new ScriptedUpstream(200));

        host.Inside.ToString().Should().NotContain("ServiceDiscovery");
    }

    [Fact]
    public async Task Without_retry_it_stays_where_it_is()
    {
        using var service = new DiscoveredService(client => client.AddServiceDiscovery().AddResilience().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1));

        (await service.GetAsync()).Should().BeOneOf(200, 503);

        service.Inside.ToString().Should().NotContain("ServiceDiscovery");
        service.Inside.Circuits.Should().ContainSingle().Which.Partition.Should().BeOneOf("http://sick.test:80", "http://well.test:80");
    }

    private static void Add(IResilientHttpClientBuilder client, Order order)
    {
        _ = order switch
        {
            Order.RetryThenDiscovery => client.AddRetry().AddServiceDiscovery().AddResilience().AddCircuitBreaker().AddAttemptTimeout(),
            Order.DiscoveryInnermost => client.AddRetry().AddCircuitBreaker().AddAttemptTimeout().AddServiceDiscovery(),
            Order.DiscoveryOutermost => client.AddServiceDiscovery().AddResilience().AddRetry().AddCircuitBreaker().AddAttemptTimeout(),
            Order.DiscoveryInTheDefaults => client.AddRetry().AddCircuitBreaker().AddAttemptTimeout(),
            _ => client.AddServiceDiscovery(),
        };
    }
}
