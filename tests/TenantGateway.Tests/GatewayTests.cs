using System.Net;
using WireMock.ResponseBuilders;

namespace TenantGateway.Tests;

/// <summary>What a tenant, and whoever is none, can do to a gateway.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;
    private string _key = string.Empty;

    public async ValueTask InitializeAsync()
    {
        // The clock of the store stands still, so that no bucket refills.
        _gateway = await GatewayUnderTest.StartAsync(store: new InMemoryQuotaStore(new VirtualClock()));
        _key = await _gateway.AddAsync("acme", "Free");
        _gateway.Upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithBody("fine")
            .WithHeader("RateLimit", "\"account\";r=1234;t=30").WithHeader("X-RateLimit-Remaining", "1234").WithHeader("x-ratelimit-remaining-tokens", "5").WithHeader("Retry-After", "77"));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_doubled_key_is_a_bad_request()
    {
        using var doubled = _gateway.Request(_key);
        doubled.Headers.Add("X-Api-Key", _key);

        using var answer = await _gateway.SendAsync(doubled);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        _gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Fact]
    public async Task No_key_and_an_unknown_key_are_unauthorized()
    {
        using var none = await _gateway.Client.GetAsync(new Uri(_gateway.Address, "/catalog/1"), TestContext.Current.CancellationToken);
        using var unknown = await _gateway.GetAsync(ApiKey.Create());

        (none.StatusCode, unknown.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized));
        unknown.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        unknown.Headers.WwwAuthenticate.Should().NotBeEmpty();
        _gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_revoked_key_is_out()
    {
        using var before = await _gateway.GetAsync(_key);

        _gateway.Tenants.RevokeKeys("acme");

        before.StatusCode.Should().Be(HttpStatusCode.OK);
        await Wait.UntilAsync(async () => await IsUnauthorizedAsync());
    }

    [Fact]
    public async Task A_request_that_is_under_way_ends_with_its_key()
    {
        _gateway.Upstream.Reset();
        _gateway.Upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithDelay(TimeSpan.FromMinutes(5)));
        var open = _gateway.GetAsync(_key);
        await Wait.UntilAsync(async () => (await _gateway.MetricsAsync()).Contains("outcome=\"accepted\",plan=\"Free\"} 1", StringComparison.Ordinal));

        _gateway.Tenants.RevokeKeys("acme");

        await open.Awaiting(answer => answer).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task No_method_has_an_upstream_send_back_what_it_was_sent()
    {
        using var answer = await _gateway.SendAsync(_gateway.Request(_key, "/orders/1", HttpMethod.Trace));

        answer.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        _gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Fact]
    public async Task Health_and_metrics_are_elsewhere_and_name_no_tenant()
    {
        using var answer = await _gateway.GetAsync(_key);
        using var request = _gateway.Request(_key, "/metrics");
        request.Headers.Host = _gateway.ManagementAddress.Authority;
        using var here = await _gateway.SendAsync(request);
        var metrics = await _gateway.MetricsAsync();

        here.StatusCode.Should().Be(HttpStatusCode.NotFound);
        metrics.Should().Contain("tenant_gateway_requests_total").And.NotContain("acme");
        _gateway.ManagementAddress.Host.Should().Be("127.0.0.1");
    }

    [Fact]
    public async Task The_upstream_hears_of_the_tenant_and_not_of_its_key()
    {
        using var request = _gateway.Request(_key);
        request.Headers.Add("X-Tenant", "bolt");
        request.Headers.Add("Authorization", $"Bearer {_key}");
        request.Headers.Add("Cookie", "session=1");

        using var answer = await _gateway.SendAsync(request);

        var sent = Sent.Should().ContainSingle().Which;
        sent["X-Tenant"].Should().Equal("acme");
        sent.Keys.Should().NotContain(["X-Api-Key", "Authorization", "Cookie"]);
        sent.Values.SelectMany(values => values).Should().NotContain(value => value.Contains(_key));
    }

    [Fact]
    public async Task An_idempotency_key_is_prefixed_by_its_tenant()
    {
        using var request = _gateway.Request(_key, "/orders/1", HttpMethod.Post);
        request.Headers.Add("Idempotency-Key", "order-1");

        using var answer = await _gateway.SendAsync(request);

        Sent.Single()["Idempotency-Key"].Should().Equal("acme:order-1");
    }

    [Fact]
    public async Task An_address_that_a_client_makes_up_is_ignored()
    {
        using var request = _gateway.Request(_key);
        foreach (var name in new[] { "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP", "X_Forwarded_For" })
            request.Headers.Add(name, "203.0.113.66");
        request.Headers.Add("Forwarded", "for=203.0.113.66");

        using var answer = await _gateway.SendAsync(request);

        Sent.Single()["X-Forwarded-For"].Should().Equal("127.0.0.1");
        Sent.Single().Values.SelectMany(values => values).Should().NotContain(value => value.Contains("203.0.113.66"));
    }

    [Fact]
    public async Task Guesses_are_limited_and_a_valid_key_of_the_same_address_is_not()
    {
        List<HttpResponseMessage> guesses = [];
        for (var i = 0; i < 100; i++)
            guesses.Add(await _gateway.GetAsync(ApiKey.Create()));

        using var valid = await _gateway.GetAsync(_key);

        guesses[0].StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        guesses.Should().Contain(guess => guess.StatusCode == HttpStatusCode.TooManyRequests && guess.Headers.RetryAfter != null);
        valid.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_answer_tells_of_the_limit_of_its_tenant_and_not_of_that_of_the_account()
    {
        using var answer = await _gateway.GetAsync(_key);

        answer.Headers.GetValues("RateLimit").Should().Equal("\"Free\";r=9;t=1");
        answer.Headers.GetValues("RateLimit-Policy").Should().Equal("\"Free\";q=10;w=6");
        answer.Headers.GetValues("X-RateLimit-Remaining").Should().Equal("9");
        answer.Headers.Should().NotContain(header => header.Key == "x-ratelimit-remaining-tokens" || header.Key == "Retry-After");
    }

    [Fact]
    public async Task An_upstream_that_wants_a_pause_does_not_tell_a_tenant_how_long()
    {
        _gateway.Upstream.Reset();
        _gateway.Upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithStatusCode(503).WithHeader("Retry-After", "77").WithBody("busy"));
        using var request = _gateway.Request(_key, "/orders/1", HttpMethod.Post);

        using var answer = await _gateway.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        answer.Headers.GetValues("RateLimit").Should().Equal("\"Free\";r=9;t=1");
    }

    [Fact]
    public async Task An_upstream_that_is_gone_is_a_problem_that_does_not_name_it()
    {
        var upstream = _gateway.Upstream.Url!;
        _gateway.Upstream.Stop();

        using var answer = await _gateway.SendAsync(_gateway.Request(_key, "/orders/1", HttpMethod.Post));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (answer.Headers.RetryAfter, answer.Headers.Contains("RateLimit")).Should().NotBe((null, false));
        text.Should().NotContain(new Uri(upstream).Authority).And.NotContain("refused");
    }

    [Fact]
    public async Task Beyond_its_limit_a_tenant_is_told_when_to_come_again_and_others_are_served()
    {
        var other = await _gateway.AddAsync("bolt", "Free");
        List<HttpResponseMessage> answers = [];
        for (var i = 0; i < 11; i++)
            answers.Add(await _gateway.GetAsync(_key));

        using var served = await _gateway.GetAsync(other);

        answers.Select(answer => answer.StatusCode).Should().Equal(Enumerable.Repeat(HttpStatusCode.OK, 10).Append(HttpStatusCode.TooManyRequests));
        answers[^1].Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        answers[^1].Headers.GetValues("RateLimit").Should().Equal("\"Free\";r=0;t=1");
        served.StatusCode.Should().Be(HttpStatusCode.OK);
        _gateway.Upstream.LogEntries.Should().HaveCount(11);
    }

    [Fact]
    public async Task A_bad_configuration_changes_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_gateway.Folder, "tenants.json"), "{ \"plans\": {}, \"tenants\": {} }", TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await _gateway.Client.GetStringAsync(new Uri(_gateway.ManagementAddress, "/health/ready")) == "Degraded");

        using var answer = await _gateway.GetAsync(_key);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private async Task<bool> IsUnauthorizedAsync()
    {
        try
        {
            return (await _gateway.GetAsync(_key)).StatusCode == HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            // It was under way.
            return false;
        }
    }

    private IReadOnlyList<IDictionary<string, WireMock.Types.WireMockList<string>>> Sent => [.. _gateway.Upstream.LogEntries.Select(entry => entry.RequestMessage!.Headers!)];
}
