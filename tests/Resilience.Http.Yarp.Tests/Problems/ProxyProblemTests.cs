using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Yarp.Tests.Problems;

/// <summary>The answers that YARP gives without a body.</summary>
public sealed class ProxyProblemTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);
    private static readonly GatewaySettings Once = new GatewaySettings().With(("Retry.MaxRetries", "0"));

    [Fact]
    public async Task No_connection_is_a_502()
    {
        await using var gone = await Backend.AnsweringAsync(200);
        await gone.DisposeAsync();
        await using var gateway = await Gateway.StartAsync(Once, gone);

        await ShouldBeAsync(gateway, HttpStatusCode.BadGateway, "ConnectionFailed");
    }

    [Fact]
    public async Task No_available_destination_is_a_503()
    {
        await using var gateway = await Gateway.StartAsync(Once);

        await ShouldBeAsync(gateway, HttpStatusCode.ServiceUnavailable, "Unavailable");
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_a_504()
    {
        await using var silent = await Silent();
        await using var gateway = await Gateway.StartAsync(Once.With(("AttemptTimeout.Timeout", "00:00:00.1")), silent);

        await ShouldBeAsync(gateway, HttpStatusCode.GatewayTimeout, "Timeout");
    }

    [Fact]
    public async Task A_time_limit_of_YARPs_own_is_a_504()
    {
        await using var silent = await Silent();
        await using var gateway = await Gateway.StartAsync(Once with { Request = new() { ActivityTimeout = TimeSpan.FromSeconds(0.1) } }, silent);

        await ShouldBeAsync(gateway, HttpStatusCode.GatewayTimeout, "Timeout");
    }

    [Fact]
    public async Task The_last_destination_that_passive_health_has_taken_out_is_a_503_with_what_is_left_of_its_break()
    {
        await using var ill = await Backend.AnsweringAsync(503);
        var settings = new GatewaySettings { Health = new() { Passive = new() { Enabled = true, Policy = "CircuitBreaker" }, AvailableDestinationsPolicy = "HealthyAndUnknown" } }
            .With(("Retry.MaxRetries", "0"), ("CircuitBreaker.ConsecutiveFailures", "1"), ("CircuitBreaker.BreakDuration", "00:00:40"), ("CircuitBreaker.BreakJitter", "0"));
        await using var gateway = await Gateway.StartAsync(settings, ill);
        using var failed = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        gateway.HasAvailable(0).Should().BeTrue();

        var wait = await ShouldBeAsync(gateway, HttpStatusCode.ServiceUnavailable, "Unavailable");

        wait.Should().BeInRange(2, 40);
    }

    [Fact]
    public async Task The_wait_is_not_that_of_an_open_circuit_where_another_is_closed()
    {
        await using var advised = await Backend.StartAsync(static context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, "300");
            return Task.CompletedTask;
        });
        await using var gone = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("Retry.MaxRetries", "1"), ("CircuitBreaker.ConsecutiveFailures", "2")), advised, gone);
        for (var i = 0; i < 2; i++)
            (await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken)).Dispose();
        await gone.DisposeAsync();

        (await ShouldBeAsync(gateway, HttpStatusCode.BadGateway, "ConnectionFailed")).Should().Be(1);
    }

    [Fact]
    public async Task A_HEAD_has_no_body()
    {
        await using var gateway = await Gateway.StartAsync(Once);
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Should().BeEmpty();
    }

    [Fact]
    public async Task An_answer_of_a_destination_is_passed_on_as_it_is()
    {
        await using var backend = await Backend.AnsweringAsync(502);
        await using var gateway = await Gateway.StartAsync(Once, backend);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        response.Headers.RetryAfter.Should().BeNull();
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be("answer 1");
    }

    // What the proxy itself says names nobody, and is the same where the errors of destinations have a form.
    [Theory]
    [InlineData("MaxBodyBytes", "65536")]
    [InlineData("Mode", "Respond")]
    [InlineData("Mode", "Throw")]
    [InlineData("AnswersOnly", "false")]
    public async Task Are_the_same_where_the_errors_of_destinations_have_a_form(string setting, string value)
    {
        var settings = Once.With(($"ProblemDetails.{setting}", value), ("AttemptTimeout.Timeout", "00:00:00.2"));
        await using var gone = await Backend.AnsweringAsync(200);
        await gone.DisposeAsync();
        await using var silent = await Silent();
        await using var unreachable = await Gateway.StartAsync(settings, gone);
        await using var slow = await Gateway.StartAsync(settings, silent);

        await ShouldBeAsync(unreachable, HttpStatusCode.BadGateway, "ConnectionFailed");
        await ShouldBeAsync(slow, HttpStatusCode.GatewayTimeout, "Timeout");
        unreachable.Cluster.GetCircuit("d0").Isolate();
        using var rejected = await unreachable.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        rejected.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await rejected.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("CircuitOpen").And.NotContainAny("d0", "yarp:");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_answer_keeps_its_status_and_its_fields_where_it_is_given_a_form(int status)
    {
        await using var backend = await Backend.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter, context.Response.Headers.WWWAuthenticate) = (status, "7", "Bearer");
            return context.Response.WriteAsJsonAsync(new { error = "no" });
        });
        await using var gateway = await Gateway.StartAsync(Once.With(("ProblemDetails.MaxBodyBytes", "65536")), backend);

        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType).Should().Be((status, "application/problem+json"));
        (response.Headers.RetryAfter!.ToString(), response.Headers.WwwAuthenticate.ToString()).Should().Be(("7", "Bearer"));
    }

    private static async Task<double> ShouldBeAsync(Gateway gateway, HttpStatusCode status, string kind)
    {
        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;

        response.StatusCode.Should().Be(status);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        problem.Select(member => member.Key).Should().Equal("type", "title", "status", "kind", "traceId");
        (problem["status"]!.GetValue<int>(), problem["kind"]!.GetValue<string>()).Should().Be(((int)status, kind));
        problem["traceId"]!.GetValue<string>().Should().NotBeEmpty();
        return response.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
    }

    private static Task<Backend> Silent() => Backend.StartAsync(static context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
}
