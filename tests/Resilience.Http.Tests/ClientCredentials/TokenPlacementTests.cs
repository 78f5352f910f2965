using System.Net;

namespace Resilience.Http.Tests;

public sealed class TokenPlacementTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://anywhere.test/", true)]
    [InlineData("http://localhost:5000/", true)]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("http://anywhere.test/", false)]
    public async Task Goes_by_default_where_nobody_can_listen(string address, bool isSent)
    {
        using var bench = new TokenBench();

        await bench.GetAsync(address);

        bench.Sent.Should().Equal(isSent ? "Bearer token-1" : "");
        bench.Issuer.Requests.Should().Be(isSent ? 1 : 0);
    }

    [Theory]
    [InlineData("https://api.test/path", true)]
    [InlineData("https://API.test:443/", true)]
    [InlineData("https://api.test:444/", false)]
    [InlineData("http://api.test/", false)]
    [InlineData("https://api.test.evil.test/", false)]
    [InlineData("https://localhost/", false)]
    public async Task Goes_nowhere_but_to_the_origins_that_are_listed(string address, bool isSent)
    {
        using var bench = new TokenBench(tokens => tokens.AllowedOrigins.Add(new("https://api.test/")));

        await bench.GetAsync(address);

        bench.Sent.Should().Equal(isSent ? "Bearer token-1" : "");
    }

    [Fact]
    public async Task Says_once_where_it_does_not_go()
    {
        using var bench = new TokenBench();

        await bench.GetAsync("http://anywhere.test/secret?secret");
        await bench.GetAsync("http://elsewhere.test/");

        bench.Log.Should().ContainSingle().Which.Should().StartWith("Warning 402: Client 'test': requests to http://anywhere.test are sent without an access token.");
    }

    [Theory]
    [InlineData("Basic aWQ6c2VjcmV0")]
    [InlineData("Bearer of-the-caller")]
    [InlineData("not, well = formed,")]
    public async Task Leaves_the_callers_own_authorization_alone(string authorization)
    {
        using var bench = new TokenBench();
        string? sent = null;
        bench.Answer = request =>
        {
            sent = request.Headers.NonValidated["Authorization"].ToString();
            return TokenBench.Unauthorized();
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await bench.Http.SendAsync(request, Cancelled);

        sent.Should().Be(authorization);
        bench.Issuer.Requests.Should().Be(0);
    }

    [Fact]
    public async Task A_refusal_after_a_redirect_is_not_about_the_token()
    {
        using var bench = new TokenBench();
        bench.Answer = request =>
        {
            // As the transport does when it follows a redirect.
            request.Headers.Authorization = null;
            return TokenBench.Unauthorized();
        };

        var counted = await bench.CountAsync(() => bench.GetAsync());

        counted.Should().Be((1, 1));
    }

    [Fact]
    public async Task Every_attempt_has_the_token_that_is_valid_then()
    {
        using var bench = TokenBench.Retrying();
        bench.Issuer.Answer = number => TokenIssuer.Token($"token-{number}", "10");
        bench.Answer = _ =>
        {
            bench.Answer = _ => new(HttpStatusCode.OK);
            bench.Clock.Advance(TimeSpan.FromSeconds(10));
            return new(HttpStatusCode.ServiceUnavailable);
        };

        var status = await bench.GetAsync();

        status.Should().Be(200);
        bench.Sent.Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Fact]
    public async Task One_call_is_replayed_once_however_many_attempts_it_has()
    {
        using var bench = TokenBench.Retrying();
        var answers = new Queue<int>([401, 503, 401]);
        bench.Answer = _ => answers.Dequeue() is 401 ? TokenBench.Unauthorized() : new(HttpStatusCode.ServiceUnavailable);

        var status = await bench.GetAsync();

        status.Should().Be(401);
        answers.Should().BeEmpty();
    }

    [Fact]
    public async Task A_message_that_is_sent_again_as_it_came_back_gets_the_token_of_now()
    {
        using var bench = new TokenBench();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
        using var first = await bench.Invoker.SendAsync(request, Cancelled);
        bench.Clock.Advance(TimeSpan.FromHours(2));

        using var second = await bench.Invoker.SendAsync(request, Cancelled);

        bench.Sent.Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Fact]
    public async Task Works_by_hand()
    {
        var resource = new StubHandler((request, _) => request.Headers.Authorization!.Parameter == "token-2" ? new(HttpStatusCode.OK) : TokenBench.Unauthorized());
        var options = new ClientCredentialsOptions { TokenEndpoint = new("https://login.test/token"), ClientId = "id", ClientSecret = "hush" };
        using var http = new HttpClient(new ClientCredentialsHandler(options, TokenIssuer.Always()) { InnerHandler = resource });

        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
        using var response = await Task.Run(() => http.Send(request, Cancelled), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        resource.Requests.Should().Be(2);
    }
}
