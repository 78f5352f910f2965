using System.Net;

namespace Resilience.Http.Yarp.Tests;

public sealed class RetryTests
{
    [Theory]
    [InlineData("GET", null, 2, 200)]
    [InlineData("HEAD", null, 2, 200)]
    [InlineData("PUT", "", 2, 200)]
    [InlineData("DELETE", "", 2, 200)]
    [InlineData("PUT", "body", 1, 503)]
    [InlineData("POST", "", 1, 503)]
    [InlineData("POST", "body", 1, 503)]
    public async Task Sends_again_what_has_no_body_and_may_be_repeated(string method, string? body, int attempts, int status)
    {
        await using var backend = await Backend.AnsweringAsync(503, 200);
        await using var gateway = await Gateway.StartAsync(backend);
        using var request = new HttpRequestMessage(new(method), "/orders/1") { Content = body is null ? null : new StringContent(body) };

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        backend.Hits.Should().Be(attempts);
        response.StatusCode.Should().Be((HttpStatusCode)status);
    }

    [Fact]
    public async Task Gives_up_with_the_answer_of_the_server()
    {
        await using var backend = await Backend.AnsweringAsync(503);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("Retry.MaxRetries", "2")), backend);

        using var response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        backend.Hits.Should().Be(3);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be("answer 3");
    }

    [Fact]
    public async Task Sends_a_POST_again_that_has_an_idempotency_key()
    {
        await using var backend = await Backend.AnsweringAsync(503, 200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("IdempotencyKey.HeaderName", "Idempotency-Key")), backend);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", "4711" } } };

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (backend.Hits, response.StatusCode).Should().Be((2, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Sends_again_after_a_reset()
    {
        var hits = 0;
        await using var backend = await Backend.StartAsync(context =>
        {
            if (Interlocked.Increment(ref hits) == 1)
                context.Abort();
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync(backend);

        using var response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        (backend.Hits, response.StatusCode).Should().Be((2, HttpStatusCode.OK));
    }
}
