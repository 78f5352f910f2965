using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Who waits for the end of a pause, and then for a permit, waits once: the options say how long that may take.</summary>
public sealed class ServerPauseWaitTests
{
    [Fact]
    public async Task Is_no_longer_than_the_longest_wait_for_a_permit()
    {
        using var host = new TestHost(
            client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 1),
            primary: new ScriptedUpstream((request, _) => request.RequestUri!.Host == "b.test" ? new(HttpStatusCode.OK) : new(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "9" } } }),
            clock: new());
        await host.GetAsync("http://a.test/");

        var late = host.GetAsync("http://a.test/");
        var others = Enumerable.Range(0, 10).Select(_ => host.GetAsync("http://b.test/")).ToArray();
        var waiting = () => host.Clock.AdvanceUntilAsync(late);

        (await waiting.Should().ThrowAsync<RateLimitedException>()).Which.Reason.Should().Be(RateLimitReason.QueueTimeTooLong);
        (await host.Clock.AdvanceUntilAsync(Task.WhenAll(others))).Should().AllBeEquivalentTo(200);
    }
}
