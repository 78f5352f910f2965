namespace Resilience.Http.Tests;

public sealed class ClientCredentialsTelemetryTests : IDisposable
{
    private readonly TokenServers _tokens = new();
    private readonly TestHost _host;

    public ClientCredentialsTelemetryTests() => _host = _tokens.Host();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Token_requests_are_counted_by_what_they_came_to()
    {
        using var measured = new Measurements(_host.Inside);

        await SucceedAndFailAsync();

        measured.Of("resilience.http.token.refreshes").Should().Equal(
            "resilience.http.token.refreshes 1 {refresh} resilience.http.client=test",
            "resilience.http.token.refreshes 1 {refresh} resilience.http.client=test error.type=400");
    }

    [Fact]
    public async Task Failures_are_logged_as_warnings()
    {
        await SucceedAndFailAsync();

        _host.Log.Lines.Should().Contain("Debug 400: Client 'test': https://login.test gave an access token.");
        _host.Log.Lines.Should().Contain("Warning 401: Client 'test': https://login.test gave no access token: the answer was 400, invalid_client.");
    }

    [Fact]
    public async Task Nothing_that_is_written_holds_a_secret()
    {
        var thrown = await SucceedAndFailAsync();

        string[] written = [.. _host.Log.Lines, $"{thrown}", $"{_host.Inside}", $"{new ClientCredentialsOptions { ClientSecret = "hush" }}", $"{new AccessTokenAnswer { Token = new("token-1", null, 0, 0, 1) }}"];
        written.Should().NotContain(line => line.Contains("hush") || line.Contains("token-1") || line.Contains("aWQ6aHVzaA"));
    }

    private async Task<Exception> SucceedAndFailAsync()
    {
        await _host.GetAsync();
        _tokens.Issuer.Answer = _ => TokenIssuer.Json(400, """{"error":"invalid_client"}""");
        _host.Clock.Advance(TimeSpan.FromHours(2));
        return (await _host.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;
    }
}
