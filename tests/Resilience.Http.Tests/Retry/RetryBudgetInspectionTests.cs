using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class RetryBudgetInspectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shows_what_each_partition_has_left()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 2), primary: new ScriptedUpstream((request, _)
            => new(request.RequestUri!.Host == "bad" ? System.Net.HttpStatusCode.BadGateway : System.Net.HttpStatusCode.OK)));

        using var failed = await host.Client.GetAsync("http://bad/", Cancelled);
        using var succeeded = await host.Client.GetAsync("https://good/", Cancelled);

        host.Inside.RetryBudgets.Should().BeEquivalentTo<RetryBudgetStatus>([new("http://bad:80", 48), new("https://good:443", 50)]);
    }

    [Theory]
    [InlineData(48.2, "http://bad:80: 48.2 left")]
    [InlineData(null, "http://bad:80: no budget")]
    public void Prints_what_is_left(double? level, string line) => new RetryBudgetStatus("http://bad:80", level).ToString().Should().Be(line);

    [Fact]
    public async Task Shows_that_there_is_no_bound()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.Budget = null), primary: new ScriptedUpstream(503, 200));

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.RetryBudgets.Should().ContainSingle().Which.Should().BeEquivalentTo(new RetryBudgetStatus("http://upstream.test:80", null));
    }

    [Fact]
    public async Task Forgets_hosts_that_were_not_asked_for_long_though_they_never_recovered()
    {
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(503));
        for (var i = 0; i < 20; i++)
            using (await host.Client.GetAsync($"http://dead{i}/", Cancelled))
                host.Inside.RetryBudgets.Should().HaveCount(i + 1);

        host.Clock.Advance(TimeSpan.FromHours(1));
        // An earlier sweep may still be under way; then a later call begins the next one.
        for (var i = 0; i < 200 && host.Inside.RetryBudgets.Any(budget => budget.Partition.Contains("dead", StringComparison.Ordinal)); i++)
        {
            using var swept = await host.Client.GetAsync($"http://new{i}/", Cancelled);
            await Task.Yield();
        }

        host.Inside.RetryBudgets.Should().NotContain(budget => budget.Partition.Contains("dead", StringComparison.Ordinal)).And.NotBeEmpty();
    }

    [Fact]
    public void Shows_nothing_for_a_client_without_retries()
    {
        using var host = new TestHost(client => client.AddCircuitBreaker());

        host.Inside.RetryBudgets.Should().BeEmpty();
    }
}
