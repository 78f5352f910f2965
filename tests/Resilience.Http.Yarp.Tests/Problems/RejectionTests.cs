using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Yarp.Tests.Problems;

public sealed class RejectionTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task An_open_circuit_is_a_503_with_the_wait()
    {
        await using var backend = await Backend.AnsweringAsync(500);
        var settings = new GatewaySettings().With(("CircuitBreaker.ConsecutiveFailures", "1"), ("CircuitBreaker.BreakDuration", "00:00:40"), ("CircuitBreaker.BreakJitter", "0"), ("Retry.MaxRetries", "0"));
        await using var gateway = await Gateway.StartAsync(settings, backend);

        using var failed = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(1, 40);
        (await ProblemIn(response))["kind"]!.GetValue<string>().Should().Be("CircuitOpen");
    }

    [Fact]
    public async Task An_empty_bucket_is_a_429_with_the_wait()
    {
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(
            new GatewaySettings().With(("TokenBucket.PermitsPerSecond", "0.01"), ("TokenBucket.Burst", "1"), ("TokenBucket.QueueLimit", "0")), backend);

        using var passed = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (passed.StatusCode, response.StatusCode).Should().Be((HttpStatusCode.OK, HttpStatusCode.TooManyRequests));
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(50, 100);
        (await ProblemIn(response))["kind"]!.GetValue<string>().Should().Be("RejectedByLimiter");
    }

    private static async Task<JsonNode> ProblemIn(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        problem["status"]!.GetValue<int>().Should().Be((int)response.StatusCode);
        problem["traceId"]!.GetValue<string>().Should().NotBeEmpty();
        problem.ToJsonString().Should().NotContain("127.0.0.1");
        return problem;
    }
}
