using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class LeastWaitTests
{
    [Fact]
    public async Task Doubles_while_a_secondary_limit_lasts()
    {
        var requests = 0;
        var upstream = new ScriptedUpstream((_, _) => ++requests < 3
            ? new(HttpStatusCode.Forbidden) { Content = new StringContent("{\"message\":\"You have exceeded a secondary rate limit\"}") }
            : new(HttpStatusCode.OK));
        using var host = new TestHost(
            client => client.AddGitHubAdvice().AddTotalTimeout(TimeSpan.FromHours(1)).AddRetry(retry => (retry.Jitter, retry.MaxAdvisedDelay) = (Jitter.None, TimeSpan.FromMinutes(10))),
            primary: upstream,
            clock: new VirtualClock { LongestJump = TimeSpan.FromMinutes(10) });

        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Clock.Timers.Where(wait => wait < TimeSpan.FromMinutes(50)).Should().Equal(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
    }
}
