using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenRequestTests
{
    [Fact]
    public async Task Asks_by_form_with_the_credentials_in_the_header()
    {
        // "i:d" and "hu sh+" form-encoded: i%3Ad:hu+sh%2B
        using var bench = new TokenBench(tokens => (tokens.ClientId, tokens.ClientSecret, tokens.Scope, tokens.Resource) = ("i:d", "hu sh+", "read write", "https://api.test/"));

        await bench.GetAsync();

        bench.Issuer.Forms.Should().Equal(
            "Basic aSUzQWQ6aHUrc2glMkI= grant_type=client_credentials&scope=read+write&resource=https%3A%2F%2Fapi.test%2F");
    }

    [Fact]
    public async Task Puts_the_credentials_into_the_form_for_servers_that_want_them_there()
    {
        using var bench = new TokenBench(tokens => tokens.SendCredentialsInBody = true);

        await bench.GetAsync();

        bench.Issuer.Forms.Should().Equal(" grant_type=client_credentials&client_id=id&client_secret=hush");
    }

    [Theory]
    [InlineData("\"expires_in\":\"120\"", 120)]
    [InlineData("\"expires_in\":120.0", 120)]
    [InlineData("\"expires_in\":0", 0)]
    [InlineData("\"expires_in\":null", null)]
    [InlineData("\"expires_in\":-5", null)]
    [InlineData("\"expires_in\":\"soon\"", null)]
    [InlineData("\"token_type\":\"BEARER\"", null)]
    public async Task Believes_a_lifetime_however_it_is_written(string member, int? seconds)
    {
        using var bench = new TokenBench();
        bench.Issuer.Answer = _ => TokenIssuer.Json(200, $$"""{"access_token":"abc",{{member}}}""");
        await bench.GetAsync();

        bench.Clock.Advance(TimeSpan.FromSeconds(seconds ?? 1_000_000));
        var counted = await bench.CountAsync(() => bench.GetAsync());

        counted.TokenRequests.Should().Be(seconds is null ? 0 : 1);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client","error_description":"No such client"}""", "invalid_client", "No such client", "the answer was 400, invalid_client")]
    [InlineData(401, """{"error":"invalid_client"}""", "invalid_client", null, "the answer was 401, invalid_client")]
    [InlineData(404, "", null, null, "the answer was 404")]
    [InlineData(200, """{"error":"bad_verification_code"}""", "bad_verification_code", null, "the answer was 200, bad_verification_code")]
    [InlineData(200, """{"token_type":"Bearer"}""", null, null, "the answer was 200, but held no bearer token")]
    [InlineData(200, """{"access_token":"a b","token_type":"Bearer"}""", null, null, "the answer was 200, but held no bearer token")]
    [InlineData(200, """{"access_token":"a\r\nX: y"}""", null, null, "the answer was 200, but held no bearer token")]
    [InlineData(200, """{"access_token":"abc","token_type":"DPoP"}""", null, null, "the answer was 200, but held no bearer token")]
    [InlineData(200, """{"access_token":7}""", null, null, "the answer was 200, but held no bearer token")]
    [InlineData(200, "<html>", null, null, "the answer was 200, but held no bearer token")]
    public async Task What_is_no_token_ends_the_call_with_the_reason(int status, string body, string? error, string? description, string reason)
    {
        using var bench = new TokenBench();
        bench.Issuer.Answer = _ => TokenIssuer.Json(status, body);

        var thrown = (await bench.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;

        thrown.Message.Should().Be($"Client 'test': the request was not sent, because https://login.test gave no access token: {reason}.");
        (thrown.Error, thrown.ErrorDescription, thrown.StatusCode, thrown.Kind).Should().Be((error, description, (HttpStatusCode)status, OutcomeKind.Unauthorized));
        (bench.Issuer.Requests, bench.Resource.Requests).Should().Be((1, 0));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_pass_is_asked_for_again(int status)
    {
        using var bench = new TokenBench(clock: new ControlledClock { AutoAdvance = true, LongestAutoAdvance = TimeSpan.FromSeconds(4) });
        bench.Issuer.Answer = number => number < 3 ? new((HttpStatusCode)status) : TokenIssuer.Token("token-3", "3600");

        (await bench.GetAsync()).Should().Be(200);

        bench.Issuer.Requests.Should().Be(3);
    }

    [Fact]
    public async Task A_broken_connection_is_the_inner_exception()
    {
        using var bench = new TokenBench();
        var broken = new InvalidOperationException("no such thing");
        bench.Issuer.Answer = _ => throw broken;

        var thrown = (await bench.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;

        thrown.InnerException.Should().Be(broken);
        thrown.Message.Should().EndWith("there was no answer (InvalidOperationException).");
    }

    [Fact]
    public async Task The_circuit_of_the_resource_is_not_to_blame()
    {
        using var bench = new TokenBench(outside: client => client.AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1));
        bench.Issuer.Answer = _ => TokenIssuer.Json(400, """{"error":"invalid_scope"}""");

        var thrown = (await bench.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;

        thrown.Attempts.Should().Be(0);
        thrown.ToProblem().ResponseStatus.Should().Be(HttpStatusCode.BadGateway);
        bench.Inside.Circuits.Single().State.Should().Be(CircuitState.Closed);
        bench.Issuer.Requests.Should().Be(1);
    }
}
