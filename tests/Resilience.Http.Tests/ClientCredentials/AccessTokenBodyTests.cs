using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Bodies of the token endpoint that stall, break off or do not end.</summary>
public sealed class AccessTokenBodyTests
{
    private const string Known = """{"error":"invalid_client"}""";

    private readonly TokenServers _tokens = new();
    private readonly VirtualClock _clock = new();

    [Theory]
    [InlineData(100, "broken")]
    [InlineData(100, "stalled")]
    [InlineData(2 * 1024 * 1024, "whole")]
    public async Task The_body_of_a_failure_does_not_replace_its_status(int length, string end)
    {
        using var body = Body(Known.PadRight(length), end);
        _tokens.Issuer.Answer = _ => new(HttpStatusCode.Unauthorized) { Content = new StreamContent(body) };

        var thrown = await FailAsync();

        (thrown.StatusCode, thrown.InnerException).Should().Be((HttpStatusCode.Unauthorized, null));
        body.IsClosed.Should().BeTrue();
    }

    [Theory]
    [InlineData("stalled", typeof(TotalTimeoutException))]
    [InlineData("whole", typeof(HttpRequestException))]
    public async Task A_token_that_does_not_end_is_given_up(string end, Type why)
    {
        using var body = Body("""{"access_token":"abc"}""".PadRight(2 * 1024 * 1024), end);
        _tokens.Issuer.Answer = _ => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

        var thrown = await FailAsync();

        thrown.InnerException.Should().BeOfType(why);
        body.IsClosed.Should().BeTrue();
    }

    [Fact]
    public async Task The_timeout_of_HttpClient_is_for_the_body_too()
    {
        using var body = Body("{", "stalled");
        _tokens.Issuer.Answer = _ => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

        var thrown = await FailAsync(token => token.ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(20)));

        thrown.InnerException.Should().BeAssignableTo<OperationCanceledException>();
        body.IsClosed.Should().BeTrue();
    }

    private static TrickleStream Body(string text, string end)
        => new(System.Text.Encoding.UTF8.GetBytes(text), end is "broken" ? new IOException("reset") : null, hangs: end is "stalled");

    private async Task<AccessTokenException> FailAsync(Action<IHttpClientBuilder>? token = null)
    {
        using var host = _tokens.Host(clock: _clock, outside: client => token?.Invoke(client.Services.AddHttpClient("Resilience.Http.Token:test")));

        var call = host.GetAsync();
        while (!call.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return (await call.Awaiting(it => it).Should().ThrowAsync<AccessTokenException>()).Which;
    }
}
