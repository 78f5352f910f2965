using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class RetryingContentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Never_passes_a_failures_body_off_as_that_of_the_success_the_caller_saw()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Status(400, "error page"));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);
        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        var reading = () => response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled);

        await reading.Should().ThrowAsync<HttpRequestException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_body_that_breaks_off_in_every_attempt_ends_in_what_the_transport_said(int retries)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("half of it").Chunked().CutAfter(4));
        using var host = new TestHost(client => client.AddRetry(retry => (retry.ResponseBodies, retry.MaxRetries) = (ResponseBodies.Buffered, retries)), upstream.Url);

        var reading = () => host.Client.GetAsync("/", Cancelled);

        await reading.Should().ThrowAsync<HttpRequestException>();
        upstream.Attempts.Should().HaveCount(1 + retries);
    }

    [Fact]
    public async Task A_body_that_breaks_off_in_every_attempt_but_the_last_arrives()
    {
        var broken = Reply.Ok("half of it").Chunked().CutAfter(4);
        await using var upstream = ScriptedServer.Start(broken, broken, broken, Reply.Ok("whole").Chunked());
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Fact]
    public async Task A_body_too_long_to_be_read_within_the_attempt_that_took_its_place_may_break_off_too()
    {
        await using var upstream = ScriptedServer.Start(
            Reply.Ok("half of it").Chunked().CutAfter(4), Reply.Ok(new('x', 2000)).CutAfter(4), Reply.Ok("whole"));
        using var host = new TestHost(
            client => client.AddRetry(retry => (retry.ResponseBodies, retry.MaxBufferedResponseBytes) = (ResponseBodies.Buffered, 1000)), upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }
}
