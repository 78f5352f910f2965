using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Upstreams;

namespace Resilience.Http.Tests.Retry;

/// <summary>What a call that needs several attempts leaves behind: contents, responses, counts and tags.</summary>
public sealed class RetriedCallTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposes_every_body_of_a_content_factory_that_was_replaced()
    {
        var bodies = new List<TrackedContent>();
        using var host = new TestHost(client => client.AddRetry(), primary: new StubHandler(503, 503, 503, 200));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() => Make(bodies));

        using var response = await host.Client.SendAsync(request, Cancelled);

        bodies.Select(body => body.IsDisposed).Should().Equal(true, true, true, false);
    }

    private static TrackedContent Make(List<TrackedContent> bodies)
    {
        bodies.Add(new TrackedContent(new StringContent("body")));
        return bodies[^1];
    }
}
