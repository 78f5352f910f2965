using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenPlacementTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://api.test/path", true)]
    [InlineData("https://API.test:443/", true)]
    [InlineData("https://api.test:444/", false)]
    [InlineData("http://api.test/", false)]
    [InlineData("https://api.test.evil.test/", false)]
    [InlineData("https://localhost/", false)]
    public async Task Goes_nowhere_but_to_the_origins_that_are_listed(string address, bool isSent)
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(options => options.AllowedOrigins.Add(new("https://api.test/")));

        await host.GetAsync(address);

        tokens.Sent.Should().Equal(isSent ? "Bearer token-1" : "");
    }

    [Fact]
    public async Task Says_once_where_it_does_not_go()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host();

        await host.GetAsync("http://anywhere.test/secret?secret");
        await host.GetAsync("http://elsewhere.test/");

        host.Log.Lines.Should().ContainSingle().Which.Should().StartWith("Warning 402: Client 'test': requests to http://anywhere.test are sent without an access token.");
    }

    [Theory]
    [InlineData("Basic aWQ6c2VjcmV0")]
    [InlineData("Bearer of-the-caller")]
    [InlineData("not, well = formed,")]
    public async Task Leaves_the_callers_own_authorization_alone(string authorization)
    {
        var tokens = new TokenServers();
        using var host = tokens.Host();
        string? sent = null;
        tokens.Answer = request =>
        {
            sent = request.Headers.NonValidated["Authorization"].ToString();
            return TokenServers.Unauthorized();
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await host.Client.SendAsync(request, Cancelled);

        sent.Should().Be(authorization);
        tokens.Issuer.Requests.Should().Be(0);
    }

    [Fact]
    public async Task A_refusal_after_a_redirect_is_not_about_the_token()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host();
        tokens.Answer = request =>
        {
            // As the transport does when it follows a redirect.
            request.Headers.Authorization = null;
            return TokenServers.Unauthorized();
        };

        var counted = await tokens.CountAsync(() => host.GetAsync());

        counted.Should().Be((1, 1));
    }

    [Fact]
    public async Task Every_attempt_has_the_token_that_is_valid_then()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(outside: client => client.AddRetry());
        tokens.Issuer.Answer = number => TokenIssuer.Token($"token-{number}", "10");
        tokens.Answer = _ =>
        {
            tokens.Answer = _ => new(HttpStatusCode.OK);
            host.Clock.Advance(TimeSpan.FromSeconds(10));
            return new(HttpStatusCode.ServiceUnavailable);
        };

        var status = await host.GetAsync();

        status.Should().Be(200);
        tokens.Sent.Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Fact]
    public async Task One_call_is_replayed_once_however_many_attempts_it_has()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(outside: client => client.AddRetry());
        var answers = new Queue<int>([401, 503, 401]);
        tokens.Answer = _ => answers.Dequeue() is 401 ? TokenServers.Unauthorized() : new(HttpStatusCode.ServiceUnavailable);

        var status = await host.GetAsync();

        status.Should().Be(401);
        answers.Should().BeEmpty();
    }

    [Fact]
    public async Task A_message_that_is_sent_again_as_it_came_back_gets_the_token_of_now()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
        using var first = await host.Invoker.SendAsync(request, Cancelled);
        host.Clock.Advance(TimeSpan.FromHours(2));

        using var second = await host.Invoker.SendAsync(request, Cancelled);

        tokens.Sent.Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(0)]
    public async Task Is_not_on_the_message_when_the_call_has_ended(int status)
    {
        var tokens = new TokenServers { Answer = _ => status is 0 ? throw new HttpRequestException("broken") : new((HttpStatusCode)status) };
        using var host = tokens.Host();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");

        await Record.ExceptionAsync(() => host.Invoker.SendAsync(request, Cancelled));

        tokens.Sent.First().Should().Be("Bearer token-1");
        request.Headers.Authorization.Should().BeNull();
    }
}
