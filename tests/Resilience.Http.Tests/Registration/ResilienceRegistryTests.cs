using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class ResilienceRegistryTests : IDisposable
{
    private readonly TestHost _host = new(client => client.AddRetry().Services.AddResilientHttpClient("other").AddAttemptTimeout());

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Knows_every_client_used_or_not()
        => _host.Clients.All.Select(client => client.Name).Should().BeEquivalentTo("test", "other");

    [Fact]
    public void Finds_a_client_by_its_name()
    {
        _host.Clients.TryGet("other", out var client).Should().BeTrue();

        client.Should().BeSameAs(_host.Clients["other"]);
        client!.ToString().Should().Be("other: AttemptTimeout (10 s)");
    }

    [Theory]
    [InlineData("Test")]
    [InlineData("")]
    public void Finds_nothing_by_another_name(string name)
    {
        _host.Clients.TryGet(name, out var client).Should().BeFalse();

        client.Should().BeNull();
        _host.Clients.Invoking(clients => clients[name]).Should().Throw<KeyNotFoundException>().WithMessage($"No resilient client is named '{name}'; known are other, test.");
    }

    [Fact]
    public void Prints_the_clients_by_name()
        => _host.Clients.ToString().Should().Be($"other: AttemptTimeout (10 s){Environment.NewLine}test: Retry (3 times, 0.25 to 20 s, Full jitter)");

    [Fact]
    public void Finds_the_state_of_a_policy_that_the_client_has_and_that_has_made_it()
    {
        var other = _host.Clients["other"];

        other.Find<RetryOptions, RetryBudgets>(RetryPolicy.Instance).Should().BeNull("the client has no retries");
        _host.Inside.Find<RetryOptions, RetryBudgets>(RetryPolicy.Instance).Should().BeNull("no handler was made");
        _ = _host.Handler;
        _host.Inside.Find<RetryOptions, RetryBudgets>(RetryPolicy.Instance).Should().NotBeNull();
    }
}
