using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Upstreams;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryingContentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Never_passes_a_failures_body_off_as_that_of_the_success_the_caller_saw()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Status(400, "error page"));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);
        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        var reading = () => response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled);

        await reading.Should().ThrowAsync<HttpRequestException>();
    }
}
