using System.Net;

namespace Resilience.Http.Tests;

/// <summary>Bodies of the token endpoint that break off or do not end.</summary>
public sealed class AccessTokenBodyTests
{
    private const int TooLong = 2 * 1024 * 1024;

    private readonly TokenServers _tokens = new();

    [Theory]
    [InlineData(100, true)]
    [InlineData(TooLong, false)]
    public async Task The_body_of_a_failure_does_not_replace_its_status(int length, bool breaks)
    {
        var thrown = await FailAsync(401, new byte[length], breaks ? new IOException("reset") : null);

        (thrown.StatusCode, thrown.InnerException).Should().Be((HttpStatusCode.Unauthorized, null));
    }

    [Fact]
    public async Task A_token_that_is_too_long_is_given_up()
    {
        var thrown = await FailAsync(200, new byte[TooLong], failure: null);

        thrown.InnerException.Should().BeOfType<HttpRequestException>();
    }

    [Fact]
    public async Task A_token_whose_body_stalls_is_asked_for_again_however_long_it_was_to_be()
    {
        var clock = new VirtualClock();
        await using var stalls = new TrickleStream("{"u8.ToArray(), failure: null, hangs: true);
        _tokens.Issuer.Answer = number => number == 1 ? new(HttpStatusCode.OK) { Content = new StreamContent(stalls) } : TokenIssuer.Token("token-2", "3600");
        using var host = _tokens.Host(clock: clock);

        var status = await clock.AdvanceUntilAsync(host.GetAsync(), within: TimeSpan.FromSeconds(20));

        (status, stalls.IsClosed).Should().Be((200, true));
        _tokens.Sent.Should().Equal("Bearer token-2");
    }

    private async Task<AccessTokenException> FailAsync(int status, byte[] bytes, Exception? failure)
    {
        using var body = new TrickleStream(bytes, failure, hangs: false);
        _tokens.Issuer.Answer = _ => new((HttpStatusCode)status) { Content = new StreamContent(body) };
        using var host = _tokens.Host();

        var thrown = (await host.Awaiting(client => client.GetAsync()).Should().ThrowAsync<AccessTokenException>()).Which;
        body.IsClosed.Should().BeTrue();
        return thrown;
    }
}
