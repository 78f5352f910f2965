using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class AccessTokenRequestTests
{
    [Fact]
    public async Task Asks_by_form_with_the_credentials_in_the_header()
    {
        // "i:d" and "hu sh+" form-encoded: i%3Ad:hu+sh%2B
        var tokens = new TokenServers();
        using var host = tokens.Host(options => (options.ClientId, options.ClientSecret, options.Scope, options.Resource) = ("i:d", "hu sh+", "read write", "https://api.test/"));

        await host.GetAsync();

        tokens.Issuer.Forms.Should().Equal(
            "Basic aSUzQWQ6aHUrc2glMkI= grant_type=client_credentials&scope=read+write&resource=https%3A%2F%2Fapi.test%2F");
    }

    [Fact]
    public async Task Puts_the_credentials_into_the_form_for_servers_that_want_them_there()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(options => options.SendCredentialsInBody = true);

        await host.GetAsync();

        tokens.Issuer.Forms.Should().Equal(" grant_type=client_credentials&client_id=id&client_secret=hush");
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
        var tokens = new TokenServers();
        using var host = tokens.Host();
        tokens.Issuer.Answer = _ => TokenIssuer.Json(200, $$"""{"access_token":"abc",{{member}}}""");
        await host.GetAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(seconds ?? 1_000_000));
        var counted = await tokens.CountAsync(() => host.GetAsync());

        counted.TokenRequests.Should().Be(seconds is null ? 0 : 1);
    }

    [Theory]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("text/html")]
    public async Task Reads_the_token_whatever_the_answer_says_of_its_type(string type)
    {
        var tokens = new TokenServers();
        tokens.Issuer.Answer = _ =>
        {
            var answer = TokenIssuer.Token("abc", "120");
            answer.Content.Headers.Remove("Content-Type");
            answer.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            return answer;
        };
        using var host = tokens.Host();

        (await host.GetAsync()).Should().Be(200);
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
        var tokens = new TokenServers();
        tokens.Issuer.Answer = _ => TokenIssuer.Json(status, body);
        using var host = tokens.Host();

        var thrown = (await host.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;

        thrown.Message.Should().Be($"Client 'test': the request was not sent, because https://login.test gave no access token: {reason}.");
        (thrown.Error, thrown.ErrorDescription, thrown.StatusCode, thrown.Kind).Should().Be((error, description, (HttpStatusCode)status, OutcomeKind.Unauthorized));
        (tokens.Issuer.Requests, tokens.Resource.Attempts.Count).Should().Be((1, 0));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_pass_is_asked_for_again(int status)
    {
        var tokens = new TokenServers();
        tokens.Issuer.Answer = number => number < 3 ? new((HttpStatusCode)status) : TokenIssuer.Token("token-3", "3600");
        using var host = tokens.Host();

        (await host.GetAsync()).Should().Be(200);

        tokens.Issuer.Requests.Should().Be(3);
    }

    [Fact]
    public async Task A_broken_connection_is_the_inner_exception()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host();
        var broken = new InvalidOperationException("no such thing");
        tokens.Issuer.Answer = _ => throw broken;

        var thrown = (await host.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;

        thrown.InnerException.Should().Be(broken);
        thrown.Message.Should().EndWith("there was no answer (InvalidOperationException).");
    }

    [Fact]
    public async Task The_circuit_of_the_resource_is_not_to_blame()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(outside: client => client.AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1));
        tokens.Issuer.Answer = _ => TokenIssuer.Json(400, """{"error":"invalid_scope"}""");

        var thrown = (await host.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;

        thrown.Attempts.Should().Be(0);
        thrown.ToProblem().ResponseStatus.Should().Be(HttpStatusCode.BadGateway);
        host.Circuit.State.Should().Be(CircuitState.Closed);
        tokens.Issuer.Requests.Should().Be(1);
    }
}
