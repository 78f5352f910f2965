using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class WholeAnswersTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Are_there_before_a_clock_that_jumps_can_end_the_wait_for_them(bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(429, """{"message":"You are being rate limited.","retry_after":0.65,"global":false}""").WithHeader("Content-Type", "application/json").Chunked().Dripping(TimeSpan.FromMilliseconds(1)));
        using var host = new TestHost(client => client.AddProblemDetails(problems => problems.ReadTimeout = TimeSpan.FromSeconds(3)), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        var sending = () => host.SendAsync(request, async);

        (await sending.Should().ThrowAsync<ProblemDetailsException>()).Which.RetryAfter.Should().Be(TimeSpan.FromSeconds(0.65));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Break_off_where_the_network_breaks_them_off(bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").CutAfter(4));
        using var host = new TestHost(client => client.AddAttemptTimeout(), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);
        using var response = await host.SendAsync(request, async);
        using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        var half = new byte[4];
        await body.ReadExactlyAsync(half, Cancelled);

        var reading = () => body.ReadAsync(half, Cancelled).AsTask();

        await reading.Should().ThrowAsync<IOException>();
        (Encoding.UTF8.GetString(half), response.Content.Headers.ContentLength).Should().Be(("half", 10));
    }
}
