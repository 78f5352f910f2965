using System.Net;
using WireMock.ResponseBuilders;

namespace TenantGateway.Tests;

/// <summary>Who is let in, and for how long.</summary>
public sealed class GatewayKeyTests : GatewayTests
{
    [Fact]
    public async Task A_doubled_key_is_a_bad_request()
    {
        using var doubled = Gateway.Request(Key);
        doubled.Headers.Add("X-Api-Key", Key);

        using var answer = await Gateway.SendAsync(doubled);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        Gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Fact]
    public async Task No_key_and_an_unknown_key_are_unauthorized()
    {
        using var none = await Gateway.Client.GetAsync(new Uri(Gateway.Address, "/catalog/1"), TestContext.Current.CancellationToken);
        using var unknown = await Gateway.GetAsync(ApiKey.Create());

        (none.StatusCode, unknown.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized));
        unknown.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        unknown.Headers.WwwAuthenticate.Should().NotBeEmpty();
        Gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_revoked_key_is_out()
    {
        using var before = await Gateway.GetAsync(Key);

        Gateway.Tenants.RevokeKeys("acme");

        before.StatusCode.Should().Be(HttpStatusCode.OK);
        await Wait.UntilAsync(async () => await IsUnauthorizedAsync());
    }

    [Fact]
    public async Task A_request_that_is_under_way_ends_with_its_key()
    {
        Gateway.Upstream.Reset();
        Gateway.Upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithDelay(TimeSpan.FromMinutes(5)));
        var open = Gateway.GetAsync(Key);
        await Wait.UntilAsync(async () => (await Gateway.MetricsAsync()).Contains("outcome=\"accepted\",plan=\"Free\"} 1", StringComparison.Ordinal));

        Gateway.Tenants.RevokeKeys("acme");

        await open.Awaiting(answer => answer).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Guesses_are_limited_and_a_valid_key_of_the_same_address_is_not()
    {
        List<HttpResponseMessage> guesses = [];
        for (var i = 0; i < 100; i++)
            guesses.Add(await Gateway.GetAsync(ApiKey.Create()));

        using var valid = await Gateway.GetAsync(Key);

        guesses[0].StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        guesses.Should().Contain(guess => guess.StatusCode == HttpStatusCode.TooManyRequests && guess.Headers.RetryAfter != null);
        valid.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_bad_configuration_changes_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(Gateway.Folder, "tenants.json"), "{ \"plans\": {}, \"tenants\": {} }", TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await Gateway.Client.GetStringAsync(new Uri(Gateway.ManagementAddress, "/health/ready")) == "Degraded");

        using var answer = await Gateway.GetAsync(Key);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private async Task<bool> IsUnauthorizedAsync()
    {
        try
        {
            return (await Gateway.GetAsync(Key)).StatusCode == HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            // It was under way.
            return false;
        }
    }
}
