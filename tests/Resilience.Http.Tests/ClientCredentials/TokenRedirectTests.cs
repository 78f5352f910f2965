using System.Net;

namespace Resilience.Http.Tests;

/// <summary>A token on its way to an address that redirects to another origin.</summary>
public sealed class TokenRedirectTests : IAsyncDisposable
{
    private readonly TokenIssuer _issuer = new();
    private readonly ScriptedServer _elsewhere = ScriptedServer.Start(Reply.Status(401).WithHeader("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    private readonly ScriptedServer _trusted;

    public TokenRedirectTests() => _trusted = ScriptedServer.Start(Reply.Status(307).WithHeader("Location", $"{_elsewhere.Url}"));

    public async ValueTask DisposeAsync()
    {
        await _trusted.DisposeAsync();
        await _elsewhere.DisposeAsync();
    }

    [Fact]
    public async Task Stays_behind_when_the_transport_follows()
    {
        using var client = Client(new SocketsHttpHandler());

        (await GetAsync(client)).Should().Be(HttpStatusCode.Unauthorized);

        _trusted.Attempts.Select(request => request.Header("Authorization")).Should().Equal("Bearer token-1");
        _elsewhere.Attempts.Select(request => request.Header("Authorization")).Should().Equal((string?)null);
        _issuer.Requests.Should().Be(1, "the other origin cannot have it replaced");
    }

    [Fact]
    public async Task Stays_behind_when_a_handler_further_out_follows_with_the_same_message()
    {
        using var transport = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(new Follower { InnerHandler = Tokens(transport) });

        (await GetAsync(client)).Should().Be(HttpStatusCode.Unauthorized);

        _trusted.Attempts.Select(request => request.Header("Authorization")).Should().Equal("Bearer token-1");
        _elsewhere.Attempts.Select(request => request.Header("Authorization")).Should().Equal((string?)null);
    }

    private async Task<HttpStatusCode> GetAsync(HttpClient client)
    {
        using var response = await client.GetAsync(_trusted.Url, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private HttpClient Client(HttpMessageHandler transport) => new(Tokens(transport));

    private ClientCredentialsHandler Tokens(HttpMessageHandler transport)
    {
        var options = new ClientCredentialsOptions { TokenEndpoint = new("https://login.test/token"), ClientId = "id", ClientSecret = "hush", AllowedOrigins = { _trusted.Url } };
        return new(options, _issuer.Handler) { InnerHandler = transport };
    }

    private sealed class Follower : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var redirect = await base.SendAsync(request, cancellationToken);
            request.RequestUri = redirect.Headers.Location;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
