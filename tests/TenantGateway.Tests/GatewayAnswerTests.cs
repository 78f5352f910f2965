using System.Net;
using WireMock.ResponseBuilders;

namespace TenantGateway.Tests;

/// <summary>What a tenant hears.</summary>
public sealed class GatewayAnswerTests : GatewayTests
{
    [Fact]
    public async Task An_answer_tells_of_the_limit_of_its_tenant_and_not_of_that_of_the_account()
    {
        using var answer = await Gateway.GetAsync(Key);

        answer.Headers.GetValues("RateLimit").Should().Equal("\"Free\";r=9;t=1");
        answer.Headers.GetValues("RateLimit-Policy").Should().Equal("\"Free\";q=10;w=6");
        answer.Headers.GetValues("X-RateLimit-Remaining").Should().Equal("9");
        answer.Headers.Should().NotContain(header => header.Key == "x-ratelimit-remaining-tokens" || header.Key == "Retry-After");
    }

    [Fact]
    public async Task An_upstream_that_wants_a_pause_does_not_tell_a_tenant_how_long()
    {
        Gateway.Upstream.Reset();
        Gateway.Upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithStatusCode(503).WithHeader("Retry-After", "77").WithBody("busy"));
        using var request = Gateway.Request(Key, "/orders/1", HttpMethod.Post);

        using var answer = await Gateway.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        answer.Headers.GetValues("RateLimit").Should().Equal("\"Free\";r=9;t=1");
    }

    [Fact]
    public async Task An_upstream_that_is_gone_is_a_problem_that_does_not_name_it()
    {
        var upstream = Gateway.Upstream.Url!;
        Gateway.Upstream.Stop();

        using var answer = await Gateway.SendAsync(Gateway.Request(Key, "/orders/1", HttpMethod.Post));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (answer.Headers.RetryAfter, answer.Headers.Contains("RateLimit")).Should().NotBe((null, false));
        text.Should().NotContain(new Uri(upstream).Authority).And.NotContain("refused");
    }

    [Fact]
    public async Task Beyond_its_limit_a_tenant_is_told_when_to_come_again_and_others_are_served()
    {
        var other = await Gateway.AddAsync("bolt", "Free");
        List<HttpResponseMessage> answers = [];
        for (var i = 0; i < 11; i++)
            answers.Add(await Gateway.GetAsync(Key));

        using var served = await Gateway.GetAsync(other);

        answers.Select(answer => answer.StatusCode).Should().Equal(Enumerable.Repeat(HttpStatusCode.OK, 10).Append(HttpStatusCode.TooManyRequests));
        answers[^1].Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        answers[^1].Headers.GetValues("RateLimit").Should().Equal("\"Free\";r=0;t=1");
        served.StatusCode.Should().Be(HttpStatusCode.OK);
        Gateway.Upstream.LogEntries.Should().HaveCount(11);
    }

    [Fact]
    public async Task Health_and_metrics_are_elsewhere_and_name_no_tenant()
    {
        using var answer = await Gateway.GetAsync(Key);
        using var request = Gateway.Request(Key, "/metrics");
        request.Headers.Host = Gateway.ManagementAddress.Authority;
        using var here = await Gateway.SendAsync(request);
        var metrics = await Gateway.MetricsAsync();

        here.StatusCode.Should().Be(HttpStatusCode.NotFound);
        metrics.Should().Contain("tenant_gateway_requests_total").And.NotContain("acme");
        Gateway.ManagementAddress.Host.Should().Be("127.0.0.1");
    }
}
