using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class EarlierOutcomesTests
{
    [Fact]
    public void Counts_equal_ones_in_a_row()
        => Of("503", "503", "503", "Timeout", "503").Should().Be("503 (3 times), Timeout, 503");

    [Fact]
    public void Keeps_the_last_ten_changes_however_many_there_were()
        => Of([.. Enumerable.Range(0, 1_000_000).Select(i => i % 2 == 0 ? "503" : "429")])
            .Should().Be("…, 503, 429, 503, 429, 503, 429, 503, 429, 503, 429");

    [Fact]
    public async Task Are_one_short_line_of_a_call_that_tries_without_end()
    {
        var requests = 0;
        using var host = new TestHost(
            client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay, retry.Budget) = (int.MaxValue, TimeSpan.Zero, null)),
            primary: new ScriptedUpstream((_, _) => new(++requests > 5000 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable)));

        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);

        host.Log.Lines.Should().ContainSingle().Which.Should().EndWith("attempts sent: 5001; earlier outcomes: 503 (5000 times); stopped: Final.");
    }

    private static string Of(params string[] labels)
    {
        var outcomes = new EarlierOutcomes();
        foreach (var label in labels)
            outcomes.Add(label);
        return outcomes.ToString();
    }
}
