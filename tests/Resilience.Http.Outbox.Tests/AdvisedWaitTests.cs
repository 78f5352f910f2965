using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Waits between tries, when the server asks for less than the outbox waits anyway.</summary>
public sealed class AdvisedWaitTests
{
    [Theory]
    [InlineData(408, 0, 24)]
    [InlineData(409, 0, 24)]
    [InlineData(429, 0, 24)]
    [InlineData(503, 0, 24)]
    [InlineData(503, 5, 0)]
    public async Task Does_not_hammer_a_server_that_asks_for_no_wait(int status, int seconds, int longestHours)
    {
        using var server = new PayServer(_ => new((HttpStatusCode)status) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) } });
        await using var host = new PayHost(server, outbox => (outbox.BaseDelay, outbox.MaxDelay, outbox.MaxAdvisedDelay) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(longestHours)));
        await host.KeepAsync();
        host.Clock.Advance(TimeSpan.FromHours(2));

        var begun = await host.DrainOnceAsync() + await host.DrainOnceAsync();

        begun.Should().Be(1);
    }
}
